package dev.javelin.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.QuantType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models in several files, laid out as gguf-split does: keys in the first, tensors anywhere. */
class SplitFilesTest {
  private static final String[] NAMES = {
    "m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"
  };

  @TempDir private Path folder;

  @Test
  void readsKeysOfTheFirstAndTensorsOfAllPartsWhicheverIsNamed() throws IOException {
    write(3, 3, 3);
    for (String name : NAMES) {
      try (GgufFile file = GgufFile.open(folder.resolve(name))) {
        assertEquals(NAMES[0], file.path().getFileName().toString());
        assertEquals("test", file.metadata().string("general.architecture"));
        assertEquals(List.of("a", "b", "c"), List.copyOf(file.tensors().keySet()));
        assertArrayEquals(new float[] {0, 1}, file.vector("a"));
        assertArrayEquals(new float[] {10, 11}, file.vector("b"));
        assertArrayEquals(new float[] {20, 21}, file.vector("c"));
        assertEquals(6, file.parameterCount());
        long bytes = 0;
        for (String part : NAMES) {
          bytes += Files.size(folder.resolve(part));
        }
        assertEquals(bytes, file.byteSize());
      }
    }
  }

  @Test
  void aChangeInAnyPartChangesTheFingerprint() throws IOException {
    write(3, 3, 3);
    String before = fingerprint();
    Path last = folder.resolve(NAMES[2]);
    byte[] bytes = Files.readAllBytes(last);
    bytes[bytes.length - 32] ^= 1;
    Files.write(last, bytes);
    assertNotEquals(before, fingerprint());
  }

  @Test
  void saysWhichPartIsMissing() throws IOException {
    write(3, 3, 3);
    Files.delete(folder.resolve(NAMES[1]));
    refuses(NAMES[0], "missing=m-00002-of-00003.gguf");
    Files.delete(folder.resolve(NAMES[0]));
    refuses(NAMES[2], "split.no: part 1 must say 0: found=2");
  }

  @Test
  void refusesPartsOfDifferentModels() throws IOException {
    write(3, 2, 3);
    refuses(NAMES[0], "split.count: all parts must have the same: found=2, first=3");
    write(3, 3, 4);
    refuses(NAMES[0], "split.tensors.count: the parts together must have 4 tensors: found=3");
    write(3, 3, 3);
    Files.copy(folder.resolve(NAMES[0]), folder.resolve("other.gguf"));
    refuses("other.gguf", "parts must be named like");
  }

  @Test
  void aNameLikeAPartsIsNoReasonToLookForOthers() throws IOException {
    Path alone = folder.resolve(NAMES[1]);
    try (GgufWriter writer = GgufWriter.open(alone)) {
      writer.put("general.architecture", "test").finish();
    }
    GgufFile.open(alone).close();
    Files.copy(alone, folder.resolve(NAMES[0]));
    try (GgufFile file = GgufFile.open(alone)) {
      assertEquals(alone, file.path());
    }
  }

  /** Three parts of one tensor each; the second's count and the sum of tensors as given. */
  private void write(int count, int secondCount, int tensors) throws IOException {
    for (int part = 0; part < 3; part++) {
      try (GgufWriter writer = GgufWriter.open(folder.resolve(NAMES[part]))) {
        if (part == 0) {
          writer.put("general.architecture", "test");
        }
        writer.put("split.no", ValueType.U16, part);
        writer.put("split.count", ValueType.U16, part == 1 ? secondCount : count);
        writer.put("split.tensors.count", ValueType.I32, tensors);
        String name = List.of("a", "b", "c").get(part);
        writer.declare(name, QuantType.F32, 2);
        writer.write(name, new float[] {10 * part, 10 * part + 1});
        writer.finish();
      }
    }
  }

  private String fingerprint() throws IOException {
    try (GgufFile file = GgufFile.open(folder.resolve(NAMES[0]))) {
      return file.fingerprint();
    }
  }

  private void refuses(String name, String part) {
    GgufException e =
        assertThrows(GgufFormatException.class, () -> GgufFile.open(folder.resolve(name)).close());
    assertTrue(e.getMessage().contains(part), e::getMessage);
  }
}
