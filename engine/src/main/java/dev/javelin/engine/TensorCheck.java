package dev.javelin.engine;

import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.TensorInfo;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.WeightMatrix;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a look at every weight of one tensor found.
 *
 * @param scanned whether the type can be read; if not, the counts are 0
 * @param nanCount weights that are no number
 * @param infiniteCount weights that are infinite
 * @param largest absolute value of the finite ones
 */
public record TensorCheck(
    TensorInfo tensor, boolean scanned, long nanCount, long infiniteCount, float largest) {
  private static final int PIECE_BYTES = 1 << 24;

  /** Dequantizes a tensor row by row. */
  public static TensorCheck of(GgufFile file, TensorInfo tensor) {
    int dimensions = tensor.dimensions().length;
    boolean stack = dimensions == 3 && tensor.type() != QuantType.I2_S;
    if (!tensor.type().isSupported()
        || tensor.elementCount() == 0
        || dimensions == 0
        || dimensions > 3) {
      return new TensorCheck(tensor, false, 0, 0, 0);
    }
    WeightMatrix[] matrices =
        stack ? file.matrices(tensor.name()) : new WeightMatrix[] {file.matrix(tensor.name())};
    long nan = 0;
    long infinite = 0;
    float largest = 0;
    float[] row = new float[matrices[0].columns()];
    for (WeightMatrix matrix : matrices) {
      for (int r = 0; r < matrix.rows(); r++) {
        matrix.row(r, row, 0);
        for (float weight : row) {
          if (Float.isFinite(weight)) {
            largest = Math.max(largest, Math.abs(weight));
          } else if (Float.isNaN(weight)) {
            nan++;
          } else {
            infinite++;
          }
        }
      }
    }
    return new TensorCheck(tensor, true, nan, infinite, largest);
  }

  public boolean isFinite() {
    return nanCount == 0 && infiniteCount == 0;
  }

  /** SHA-256 of the tensor's bytes as they lie in the file, in hex. */
  public static String sha256(GgufFile file, TensorInfo tensor) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      MemorySegment data = file.data(tensor);
      for (long at = 0; at < data.byteSize(); at += PIECE_BYTES) {
        digest.update(data.asSlice(at, Math.min(PIECE_BYTES, data.byteSize() - at)).asByteBuffer());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
