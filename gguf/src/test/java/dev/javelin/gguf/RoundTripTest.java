package dev.javelin.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.QuantType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the writer writes, the reader reads. */
class RoundTripTest {
  @TempDir Path folder;

  @Test
  void keepsEveryValueType() throws IOException {
    try (GgufWriter writer = GgufWriter.open(file())) {
      writer
          .put("u8", ValueType.U8, 255)
          .put("i8", ValueType.I8, -128)
          .put("u16", ValueType.U16, 65535)
          .put("i16", ValueType.I16, -32768)
          .put("u32", ValueType.U32, 4294967295L)
          .put("i32", ValueType.I32, Integer.MIN_VALUE)
          .put("u64", ValueType.U64, -1L)
          .put("i64", ValueType.I64, Long.MIN_VALUE)
          .put("f32", 1.5f)
          .put("f64", Math.PI)
          .put("yes", true)
          .put("no", false)
          .put("text", "naïve 🙂")
          .put("empty", "");
      writer.finish();
    }
    try (GgufFile file = GgufFile.open(file())) {
      Metadata m = file.metadata();
      assertEquals(3, file.version());
      assertEquals(
          List.of(
              "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64", "yes", "no",
              "text", "empty"),
          List.copyOf(m.keys()));
      assertEquals(255, m.intValue("u8"));
      assertEquals(-128, m.intValue("i8"));
      assertEquals(65535, m.intValue("u16"));
      assertEquals(-32768, m.intValue("i16"));
      assertEquals(4294967295L, m.longValue("u32"));
      assertEquals(Integer.MIN_VALUE, m.intValue("i32"));
      assertEquals(Long.MIN_VALUE, m.longValue("i64"));
      assertEquals(BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE), m.raw("u64"));
      assertEquals(1.5f, m.floatValue("f32"));
      assertEquals((float) Math.PI, m.floatValue("f64"));
      assertEquals(Math.PI, m.raw("f64"));
      assertTrue(m.bool("yes"));
      assertFalse(m.bool("no"));
      assertEquals("naïve 🙂", m.string("text"));
      assertEquals("", m.string("empty"));
    }
  }

  @Test
  void keepsArraysOfEveryElementType() throws IOException {
    String[] words = {"", "a", "ü".repeat(5000), "b"};
    try (GgufWriter writer = GgufWriter.open(file())) {
      for (ValueType type : ValueType.values()) {
        if (type.isInteger()) {
          writer.putArray("ints " + type, type, new int[] {0, 1, 127});
        }
      }
      writer.put("signed", new int[] {-1, Integer.MIN_VALUE}).put("longs", new long[] {1L << 40});
      writer.put("f32", new float[] {0.5f, Float.NaN}).put("f64", new double[] {0.25});
      writer
          .put("bools", new boolean[] {true, false, true})
          .put("words", words)
          .put("none", new String[0]);
      writer.finish();
    }
    try (GgufFile file = GgufFile.open(file())) {
      Metadata m = file.metadata();
      for (ValueType type : ValueType.values()) {
        if (type.isInteger()) {
          assertEquals(type, m.elementType("ints " + type));
          assertArrayEquals(new int[] {0, 1, 127}, m.ints("ints " + type));
          assertEquals(List.of(0L, 1L, 127L), m.raw("ints " + type));
        }
      }
      assertArrayEquals(new int[] {-1, Integer.MIN_VALUE}, m.ints("signed"));
      assertEquals(List.of(1L << 40), m.raw("longs"));
      assertArrayEquals(new float[] {0.5f, Float.NaN}, m.floats("f32"));
      assertArrayEquals(new float[] {0.25f}, m.floats("f64"));
      assertArrayEquals(new boolean[] {true, false, true}, m.bools("bools"));
      assertArrayEquals(words, m.strings("words"));
      assertEquals(4, m.length("words"));
      Utf8Strings utf8 = m.utf8Strings("words");
      assertEquals(4, utf8.count());
      assertArrayEquals(new int[] {0, 0, 1, 10001, 10002}, utf8.offsets());
      assertEquals(String.join("", words), new String(utf8.bytes(), StandardCharsets.UTF_8));
      assertEquals(List.of("", "a"), m.first("words", 2));
      assertEquals(0, m.strings("none").length);
    }
  }

  @Test
  void opensALargeVocabularyWithoutDecodingIt() throws IOException {
    String[] words = new String[200_000];
    Arrays.setAll(words, i -> "token " + i);
    try (GgufWriter writer = GgufWriter.open(file())) {
      writer.put("words", words).finish();
    }
    long before = AllocatedBytes.now();
    try (GgufFile file = GgufFile.open(file())) {
      long allocated = AllocatedBytes.now() - before;
      assertEquals(words.length, file.metadata().length("words"));
      assertTrue(
          allocated < 4 << 20, "decoded strings would take 10 MB and more: allocated " + allocated);
      assertArrayEquals(words, file.metadata().strings("words"));
    }
  }

  @Test
  void copiesKeysOfAnotherFileByteForByte() throws IOException {
    Metadata source = Metadata.of(Map.of("a", new String[] {"x", "yz"}, "b", 7, "c", "text"));
    try (GgufWriter writer = GgufWriter.open(file())) {
      for (String key : source.keys()) {
        writer.copy(key, source);
      }
      writer.finish();
    }
    try (GgufFile file = GgufFile.open(file())) {
      assertEquals(List.copyOf(source.keys()), List.copyOf(file.metadata().keys()));
      for (String key : source.keys()) {
        assertEquals(source.type(key), file.metadata().type(key));
        assertEquals(source.raw(key), file.metadata().raw(key));
      }
    }
  }

  @Test
  void keepsTensorsWrittenInPieces() throws IOException {
    byte[] quants = new byte[3 * 34 * 2];
    new Random(1).nextBytes(quants);
    try (GgufWriter writer = GgufWriter.open(file())) {
      writer.declare("first", QuantType.F32, 3).declare("nothing", QuantType.F32, 0, 5);
      writer.declare("experts", QuantType.Q8_0, 32, 2, 3).declare("scalar", QuantType.F32);
      writer.write("first", new float[] {1, 2, 3});
      for (int i = 0; i < quants.length; i++) {
        writer.write("experts", MemorySegment.ofArray(quants).asSlice(i, 1));
      }
      writer.write("scalar", new float[] {9});
      writer.finish();
    }
    try (GgufFile file = GgufFile.open(file())) {
      assertEquals(
          List.of("first", "nothing", "experts", "scalar"), List.copyOf(file.tensors().keySet()));
      assertArrayEquals(new float[] {1, 2, 3}, file.vector("first"));
      assertEquals(0, file.vector("nothing").length);
      assertArrayEquals(new float[] {9}, file.vector("scalar"));
      assertArrayEquals(quants, file.data(file.tensor("experts")).toArray(ValueLayout.JAVA_BYTE));
      for (TensorInfo tensor : file.tensors().values()) {
        assertEquals(0, tensor.offsetBytes() % 32);
      }
    }
  }

  @Test
  void keepsOtherAlignments() throws IOException {
    for (int alignment : new int[] {1, 2, 64, 4096}) {
      try (GgufWriter writer = GgufWriter.open(file(), alignment)) {
        writer.declare("a", QuantType.I8, 3).declare("b", QuantType.F32, 1);
        writer.write("a", MemorySegment.ofArray(new byte[] {1, 2, 3}));
        writer.write("b", new float[] {4});
        writer.finish();
      }
      try (GgufFile file = GgufFile.open(file())) {
        assertEquals(alignment, file.metadata().intValue("general.alignment"));
        assertEquals(0, file.tensor("b").offsetBytes() % alignment);
        assertArrayEquals(new float[] {4}, file.vector("b"));
        assertEquals(3, file.data(file.tensor("a")).get(ValueLayout.JAVA_BYTE, 2));
      }
    }
  }

  @Test
  void readsVersion2() throws IOException {
    try (GgufWriter writer = GgufWriter.openVersion2(file())) {
      writer.put("k", 1).declare("t", QuantType.F32, 1).write("t", new float[] {5});
      writer.finish();
    }
    try (GgufFile file = GgufFile.open(file())) {
      assertEquals(2, file.version());
      assertEquals(1, file.metadata().intValue("k"));
      assertArrayEquals(new float[] {5}, file.vector("t"));
    }
  }

  @Test
  void replacesAFileOnlyWhenFinished() throws IOException {
    Files.writeString(file(), "old");
    try (GgufWriter writer = GgufWriter.open(file())) {
      writer.declare("t", QuantType.F32, 2).write("t", new float[] {1});
      assertThrows(IllegalStateException.class, writer::finish);
    }
    assertEquals("old", Files.readString(file()));
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
    try (GgufWriter writer = GgufWriter.open(file())) {
      writer.finish();
    }
    GgufFile.open(file()).close();
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void refusesWhatAReaderWouldReject() throws IOException {
    try (GgufWriter writer = GgufWriter.open(file())) {
      writer.put("k", 1).declare("t", QuantType.F32, 2).declare("u", QuantType.F32, 1);
      assertThrows(IllegalArgumentException.class, () -> writer.put("k", 2));
      assertThrows(IllegalArgumentException.class, () -> writer.put("general.alignment", 64));
      assertThrows(IllegalArgumentException.class, () -> writer.put("u8", ValueType.U8, 256));
      assertThrows(IllegalArgumentException.class, () -> writer.declare("t", QuantType.F32, 2));
      assertThrows(IllegalArgumentException.class, () -> writer.declare("v", QuantType.Q8_0, 33));
      assertThrows(IllegalStateException.class, () -> writer.write("u", new float[] {1}));
      assertThrows(IllegalArgumentException.class, () -> writer.write("t", new float[] {1, 2, 3}));
      writer.write("t", new float[] {1, 2});
      assertThrows(IllegalStateException.class, () -> writer.put("late", 1));
      writer.write("u", new float[] {3});
      writer.finish();
    }
    assertThrows(IllegalArgumentException.class, () -> GgufWriter.open(file(), 48));
    GgufFile.open(file()).close();
  }

  private Path file() {
    return folder.resolve("m.gguf");
  }
}
