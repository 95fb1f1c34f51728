package dev.javelin.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.QuantType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A spoilt file either opens and reads, or ends in a {@link GgufException}; nothing else, whatever
 * the fault.
 */
class CorruptionFuzzTest {
  private static final long MAX_BYTES_EACH = 1 << 20;

  @TempDir Path folder;

  @Test
  void survivesEveryByteChangedAtRandom() throws IOException {
    byte[] good = goodFile();
    assertEquals(1, readable(good));
    Random random = new Random(20261120);
    int opened = 0;
    for (int i = 0; i < 4000; i++) {
      byte[] bad = good.clone();
      int at = i < 2000 ? i % headBytes(good) : random.nextInt(good.length);
      bad[at] = i % 3 == 0 ? (byte) 0xff : (byte) random.nextInt();
      opened += readable(bad);
    }
    assertTrue(opened > 100 && opened < 3900, "some must open and some must not: opened=" + opened);
  }

  @Test
  void survivesEveryLength() throws IOException {
    byte[] good = goodFile();
    for (int length = 0; length < good.length; length++) {
      int opened = readable(Arrays.copyOf(good, length));
      // Only the padding behind the last tensor may be missing.
      assertTrue(opened == 0 || length >= good.length - 31, "length=" + length);
    }
  }

  /** 1 if the file opened and everything in it could be asked for, 0 if it was rejected. */
  private static int readable(byte[] file) {
    long before = AllocatedBytes.now();
    try {
      Index index = new IndexReader(Path.of("fuzz.gguf"), MemorySegment.ofArray(file)).read();
      for (String key : index.metadata().keys()) {
        index.metadata().raw(key);
      }
      for (TensorInfo tensor : index.tensors().values()) {
        assertTrue(tensor.offsetBytes() + tensor.byteSize() <= file.length);
      }
      return 1;
    } catch (GgufException e) {
      assertTrue(e.getMessage().contains("fuzz.gguf"), e::getMessage);
      return 0;
    } finally {
      long allocated = AllocatedBytes.now() - before;
      assertTrue(allocated < MAX_BYTES_EACH, () -> "allocated " + allocated);
    }
  }

  private static int headBytes(byte[] file) {
    return (int)
        new IndexReader(Path.of("fuzz.gguf"), MemorySegment.ofArray(file))
            .read()
            .tensors()
            .firstEntry()
            .getValue()
            .offsetBytes();
  }

  private byte[] goodFile() throws IOException {
    Path path = folder.resolve("good.gguf");
    try (GgufWriter writer = GgufWriter.open(path, 64)) {
      writer
          .put("general.architecture", "llama")
          .put("a", 1)
          .put("b", -1L)
          .put("c", 1f)
          .put("d", 1.0)
          .put("e", true);
      writer.put("words", new String[] {"one", "two", ""}).put("ints", new int[] {1, 2, 3});
      writer.declare("t", QuantType.F32, 4, 2).declare("u", QuantType.Q8_0, 32);
      writer.write("t", new float[8]);
      writer.write("u", MemorySegment.ofArray(new byte[34]));
      writer.finish();
    }
    return Files.readAllBytes(path);
  }
}
