package dev.javelin.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.InterleavedWeights;
import dev.javelin.tensor.Precision;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.ops.MatMul;
import dev.javelin.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A side file holds what its model has, belongs to it alone, and is refused when spoilt. */
class SideFileTest {
  private static final int COLUMNS = 288; // more than the narrow matrices that stay scalar
  private static final int ROWS = 40;

  @TempDir Path folder;

  private Path model(String name, long seed) throws IOException {
    Path path = folder.resolve(name);
    Random random = new Random(seed);
    try (GgufWriter writer = GgufWriter.open(path)) {
      writer.declare("token_embd.weight", QuantType.Q4_0, COLUMNS, ROWS);
      writer.declare("output.weight", QuantType.Q4_0, COLUMNS, ROWS);
      writer.declare("experts.weight", QuantType.MXFP4, COLUMNS, ROWS, 3);
      writer.declare("odd.weight", QuantType.MXFP4, COLUMNS, ROWS);
      writer.declare("small.weight", QuantType.MXFP4, COLUMNS, 31);
      writer.declare("other.weight", QuantType.Q8_0, COLUMNS, ROWS);
      writer.write("token_embd.weight", bytes(QuantType.Q4_0, ROWS, random));
      writer.write("output.weight", bytes(QuantType.Q4_0, ROWS, random));
      writer.write("experts.weight", bytes(QuantType.MXFP4, 3 * ROWS, random));
      MemorySegment odd = bytes(QuantType.MXFP4, ROWS, random);
      odd.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 17 * 100, (byte) 255);
      writer.write("odd.weight", odd);
      writer.write("small.weight", bytes(QuantType.MXFP4, 31, random));
      writer.write("other.weight", bytes(QuantType.Q8_0, ROWS, random));
      writer.finish();
    }
    return path;
  }

  private static MemorySegment bytes(QuantType type, int rows, Random random) {
    byte[] bytes = new byte[(int) type.byteSize((long) rows * COLUMNS)];
    random.nextBytes(bytes);
    for (int o = 0; o < bytes.length; o += type.blockBytes()) {
      if (type == QuantType.MXFP4) {
        bytes[o] = (byte) (118 + random.nextInt(8));
      } else {
        short scale = Float.floatToFloat16(0.01f * (1 + random.nextInt(9)));
        bytes[o] = (byte) scale;
        bytes[o + 1] = (byte) (scale >> 8);
      }
    }
    return MemorySegment.ofArray(bytes);
  }

  private static List<String> write(Path model, Path side) throws IOException {
    List<String> copied = new ArrayList<>();
    try (GgufFile file = GgufFile.open(model);
        WorkerPool pool = new WorkerPool(2)) {
      new SideFileWriter(file, pool)
          .write(side, (number, count, t, done) -> copied.add(t.name() + " " + done));
    }
    return copied;
  }

  @Test
  void productsFromItAreThoseOfTheModelWithinRoundingAndOthersHaveNoCopy() throws IOException {
    Path model = model("a.gguf", 1);
    Path side = SideFile.pathFor(model);
    assertEquals("a.gguf.javelin", side.getFileName().toString());
    assertEquals(
        List.of("output.weight true", "experts.weight true", "odd.weight false"),
        write(model, side));
    try (GgufFile plain = GgufFile.open(model);
        GgufFile file = GgufFile.open(model);
        WorkerPool pool = new WorkerPool(2)) {
      file.attach(SideFile.open(side, file));
      file.side().orElseThrow().check();
      assertEquals(2, file.side().orElseThrow().tensorCount());
      MatMul fast = new MatMul(pool, Precision.FAST);
      WeightMatrix[] experts = file.matrices("experts.weight");
      for (int i = 0; i < 3; i++) {
        compare(plain.matrices("experts.weight")[i], experts[i], fast, true);
      }
      compare(plain.matrix("output.weight"), file.matrix("output.weight"), fast, true);
      compare(plain.matrix("other.weight"), file.matrix("other.weight"), fast, false);
    }
  }

  private static void compare(WeightMatrix plain, WeightMatrix w, MatMul fast, boolean copied) {
    float[] x = new float[COLUMNS];
    Random random = new Random(7);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    float[] expected = new float[plain.rows()];
    float[] y = new float[plain.rows()];
    fast.multiply(plain, x, 1, expected);
    fast.multiply(w, x, 1, y);
    double error = 0;
    double size = 0;
    for (int i = 0; i < y.length; i++) {
      error += Math.pow(y[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    double relative = Math.sqrt(error / size);
    assertTrue(relative < 0.01, plain + ": relative error " + relative);
    assertEquals(copied && InterleavedWeights.isUsed(), relative > 0, plain + ": uses a copy");
  }

  @Test
  void isRefusedByAnotherFileAndByTheSameOneWithNewContent() throws IOException {
    Path model = model("a.gguf", 1);
    Path side = SideFile.pathFor(model);
    write(model, side);
    try (GgufFile other = GgufFile.open(model("b.gguf", 2))) {
      var refused = assertThrows(GgufFormatException.class, () -> SideFile.open(side, other));
      assertTrue(refused.getMessage().contains("made for another file than b.gguf"));
    }
    model("a.gguf", 3);
    try (GgufFile changed = GgufFile.open(model)) {
      assertThrows(GgufFormatException.class, () -> SideFile.open(side, changed));
    }
  }

  @Test
  void everySpoiltByteOfTheTableIsFoundAtOnceAndEveryOtherByTheFullCheck() throws IOException {
    Path model = model("a.gguf", 1);
    Path side = SideFile.pathFor(model);
    write(model, side);
    byte[] good = Files.readAllBytes(side);
    try (GgufFile file = GgufFile.open(model)) {
      int table = (int) MemorySegment.ofArray(good).get(SideFile.LONG, 24) + SideFile.TABLE + 4;
      for (int at = 0; at < table; at += 3) {
        assertSpoilt(file, side, good, at, false);
      }
      int section = (int) InterleavedWeights.byteSize(QuantType.Q4_0, ROWS, COLUMNS);
      Random random = new Random(5);
      int found = 0;
      for (int i = 0; i < 40; i++) {
        int at = SideFile.PAGE + random.nextInt(section);
        found += assertSpoilt(file, side, good, at, true) ? 1 : 0;
      }
      assertTrue(found > 0, "the pieces that are looked at when opening find some");
      for (int length : new int[] {0, 7, 63, 200, SideFile.PAGE, good.length - 1}) {
        Files.write(side, java.util.Arrays.copyOf(good, length));
        assertThrows(GgufFormatException.class, () -> SideFile.open(side, file), "cut: " + length);
      }
      Files.write(side, good);
      SideFile.open(side, file).close();
    }
  }

  /** True if opening alone finds it. */
  private static boolean assertSpoilt(
      GgufFile file, Path side, byte[] good, int at, boolean mayOpen) throws IOException {
    byte[] bad = good.clone();
    bad[at] ^= 0x10;
    Files.write(side, bad);
    try (SideFile opened = SideFile.open(side, file)) {
      assertTrue(mayOpen, "byte " + at);
      assertThrows(GgufFormatException.class, opened::check, "byte " + at);
      return false;
    } catch (GgufFormatException e) {
      return true;
    }
  }

  @Test
  void theSameModelGivesTheSameBytesAndNothingStaysOfAFailedAttempt() throws IOException {
    Path model = model("a.gguf", 1);
    write(model, folder.resolve("one"));
    write(model, folder.resolve("two"));
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("one")), Files.readAllBytes(folder.resolve("two")));
    try (GgufFile file = GgufFile.open(model);
        WorkerPool pool = new WorkerPool(1)) {
      SideFileWriter writer = new SideFileWriter(file, pool);
      assertThrows(
          IllegalStateException.class,
          () ->
              writer.write(
                  folder.resolve("three"),
                  (number, count, t, done) -> {
                    throw new IllegalStateException("stop");
                  }));
    }
    try (var left = Files.list(folder)) {
      assertFalse(left.anyMatch(p -> p.toString().endsWith(".tmp") || p.endsWith("three")));
    }
  }
}
