package dev.javelin.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.WeightMatrix;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Views of tensors. */
class GgufFileTest {
  @TempDir Path folder;

  @BeforeEach
  void writeFile() throws IOException {
    try (GgufWriter writer = GgufWriter.open(folder.resolve("m.gguf"))) {
      writer.declare("matrix", QuantType.F32, 3, 2).declare("stack", QuantType.F32, 2, 1, 3);
      writer.declare("half", QuantType.F16, 2, 2).declare("other", QuantType.I32, 1);
      writer.declare("empty", QuantType.F32, 0, 2);
      writer.write("matrix", new float[] {1, 2, 3, 4, 5, 6});
      writer.write("stack", new float[] {1, 2, 3, 4, 5, 6});
      writer.write("half", MemorySegment.ofArray(new short[] {0x3c00, 0x4000, 0x4200, 0x4400}));
      writer.write("other", MemorySegment.ofArray(new int[] {1}));
      writer.finish();
    }
  }

  @Test
  void viewsMatricesInPlace() throws IOException {
    try (GgufFile file = open()) {
      WeightMatrix matrix = file.matrix("matrix");
      assertEquals(2, matrix.rows());
      assertEquals(3, matrix.columns());
      assertArrayEquals(new float[] {4, 5, 6}, row(matrix, 1));
    }
  }

  @Test
  void viewsAStackAsOneMatrixPerExpert() throws IOException {
    try (GgufFile file = open()) {
      WeightMatrix[] matrices = file.matrices("stack");
      assertEquals(3, matrices.length);
      assertEquals("stack[2]", matrices[2].name());
      assertArrayEquals(new float[] {5, 6}, row(matrices[2], 0));
    }
  }

  @Test
  void readsVectorsOfAnyShapeAndFloatType() throws IOException {
    try (GgufFile file = open()) {
      assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, file.vector("stack"));
      assertArrayEquals(new float[] {1, 2, 3, 4}, file.vector("half"));
    }
  }

  @Test
  void namesTensorRuleAndValuesWhenAViewIsImpossible() throws IOException {
    try (GgufFile file = open()) {
      refuses("none", "the file must have this tensor", () -> file.matrix("none"));
      refuses("stack", "1 or 2 dimensions: shape={2, 1, 3}, type=F32", () -> file.matrix("stack"));
      refuses("matrix", "3 dimensions", () -> file.matrices("matrix"));
      refuses(
          "other", "listed but not computed with: shape={1}, type=I32", () -> file.vector("other"));
      refuses("empty", "at least one row and column: shape={0, 2}", () -> file.matrix("empty"));
    }
  }

  @Test
  void countsItsParameters() throws IOException {
    try (GgufFile file = open()) {
      assertEquals(6 + 6 + 4 + 1, file.parameterCount());
    }
  }

  @Test
  void hasAFingerprintThatChangesWithHeadDataAndSize() throws IOException {
    Path path = folder.resolve("m.gguf");
    byte[] bytes = Files.readAllBytes(path);
    String original = fingerprint();
    assertEquals(64, original.length());
    assertEquals(original, fingerprint());
    bytes[bytes.length - 32] ^= 1; // the int of "other"
    Files.write(path, bytes);
    String changed = fingerprint();
    Files.write(path, Arrays.copyOf(bytes, bytes.length + 1));
    assertEquals(3, Set.of(original, changed, fingerprint()).size());
  }

  private String fingerprint() throws IOException {
    try (GgufFile file = open()) {
      return file.fingerprint();
    }
  }

  @Test
  void closesTwiceAndForbidsReadingAfterwards() throws IOException {
    GgufFile file = open();
    file.close();
    file.close();
    assertThrows(IllegalStateException.class, () -> file.vector("matrix"));
  }

  private GgufFile open() throws IOException {
    return GgufFile.open(folder.resolve("m.gguf"));
  }

  private static float[] row(WeightMatrix matrix, int row) {
    float[] values = new float[matrix.columns()];
    matrix.row(row, values, 0);
    return values;
  }

  private static void refuses(String tensor, String part, Executable view) {
    GgufException e = assertThrows(GgufTensorException.class, view);
    assertEquals(tensor, e.subject());
    assertTrue(e.getMessage().contains(part), e::getMessage);
    assertTrue(e.getMessage().contains("m.gguf"), e::getMessage);
  }
}
