package dev.javelin.engine.convert;

import dev.javelin.engine.ModelInvalid;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntUnaryOperator;

/**
 * The ways in which tensors of a checkpoint lie otherwise than in GGUF. Bits are moved, never
 * computed, but for {@link #i2s}.
 */
final class Layouts {
  private static final int MXFP4_BYTES = 16; // codes of 32 weights
  private static final int I2S_GROUP = 128;

  private Layouts() {}

  static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /** [in, out] becomes [out, in]: GPT-2's Conv1D. */
  static MemorySegment transposed(HfTensor tensor) {
    int rows = tensor.shape()[0];
    int columns = tensor.shape()[1];
    int size = tensor.elementBytes();
    MemorySegment out = MemorySegment.ofArray(new byte[Math.toIntExact(tensor.data().byteSize())]);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        MemorySegment.copy(
            tensor.data(),
            ((long) r * columns + c) * size,
            out,
            ((long) c * rows + r) * size,
            size);
      }
    }
    return out;
  }

  /**
   * The rows of each head from halves to pairs: row 2 i + s comes from row s d/2 + i, as the
   * rotation of "llama" files wants it.
   */
  static MemorySegment paired(HfTensor tensor, int heads) {
    int rows = tensor.shape()[0];
    int dim = rows / heads;
    long rowBytes = tensor.data().byteSize() / rows;
    MemorySegment out = MemorySegment.ofArray(new byte[Math.toIntExact(tensor.data().byteSize())]);
    for (int head = 0; head < heads; head++) {
      for (int i = 0; i < dim; i++) {
        long from = head * dim + (i % 2) * (dim / 2) + i / 2;
        MemorySegment.copy(
            tensor.data(), from * rowBytes, out, (long) (head * dim + i) * rowBytes, rowBytes);
      }
    }
    return out;
  }

  /** Each second row, beginning with {@code first}: gate (0) and up (1) of gpt-oss. */
  static float[] alternateRows(float[] values, int rowLength, int first) {
    float[] out = new float[values.length / 2];
    for (int row = 0; row < out.length / rowLength; row++) {
      System.arraycopy(values, (2 * row + first) * rowLength, out, row * rowLength, rowLength);
    }
    return out;
  }

  /**
   * MXFP4 of the published checkpoint: codes [.., rows, blocks, 16] with neighbours in one byte,
   * exponents [.., rows, blocks]. GGUF has a block's exponent first, then weight j in the low and j
   * + 16 in the high half of byte j.
   *
   * @param rowBlocks blocks of one row
   * @param first the first row that is taken
   * @param step 1: all rows; 2: each second one
   */
  static MemorySegment mxfp4(
      HfTensor codes, HfTensor exponents, int rowBlocks, int first, int step) {
    int rows = exponents.elementCount() / rowBlocks;
    byte[] out = new byte[Math.multiplyExact(rows / step * rowBlocks, MXFP4_BYTES + 1)];
    byte[] in = new byte[MXFP4_BYTES];
    int at = 0;
    for (int row = first; row < rows; row += step) {
      for (int block = 0; block < rowBlocks; block++) {
        long index = (long) row * rowBlocks + block;
        MemorySegment.copy(
            codes.data(), index * MXFP4_BYTES, MemorySegment.ofArray(in), 0, MXFP4_BYTES);
        out[at++] = exponents.data().get(ValueLayout.JAVA_BYTE, index);
        for (int j = 0; j < MXFP4_BYTES; j++) {
          out[at++] = (byte) (code(in, j) | code(in, j + 16) << 4);
        }
      }
    }
    return MemorySegment.ofArray(out);
  }

  private static int code(byte[] pairs, int weight) {
    return pairs[weight / 2] >> 4 * (weight % 2) & 15;
  }

  /**
   * Ternary weights with one scale as I2_S: of 128 weights, number 32 g + j lies in bits 6 - 2 g of
   * byte j. Weights that are not ternary yet are rounded as BitNet b1.58 does while it computes:
   * the scale is their mean size.
   */
  static MemorySegment i2s(String name, float[] weights) {
    float scale = ternaryScale(weights);
    return i2s(
        name,
        weights.length,
        i -> 1 + Math.clamp((int) Math.rint(weights[i] / scale), -1, 1),
        scale);
  }

  /**
   * Ternary weights that are packed already, four rows to a byte: bits 2 q of the bytes of row p
   * are row q rows/4 + p.
   */
  static MemorySegment i2s(HfTensor packed, float scale) {
    int quarter = packed.elementCount();
    MemorySegment data = packed.data();
    return i2s(
        packed.name(),
        Math.multiplyExact(4, quarter),
        i -> data.get(ValueLayout.JAVA_BYTE, i % quarter) >> 2 * (i / quarter) & 3,
        scale);
  }

  private static MemorySegment i2s(String name, int count, IntUnaryOperator code, float scale) {
    if (count % I2S_GROUP != 0) {
      throw new ModelInvalid(
          name + ": I2_S needs a multiple of " + I2S_GROUP + " weights: " + count);
    }
    ByteBuffer out = ByteBuffer.allocate(count / 4 + 32).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      int at = i / I2S_GROUP * 32 + i % 32;
      out.put(at, (byte) (out.get(at) | code.applyAsInt(i) << 6 - 2 * (i % I2S_GROUP / 32)));
    }
    out.putFloat(count / 4, scale);
    return MemorySegment.ofArray(out.array());
  }

  private static float ternaryScale(float[] weights) {
    float largest = 0;
    double sum = 0;
    for (float weight : weights) {
      largest = Math.max(largest, Math.abs(weight));
      sum += Math.abs(weight);
    }
    for (float weight : weights) {
      if (weight != 0 && Math.abs(weight) != largest) {
        return (float)
            Math.max(sum / weights.length, 1e-5); // the least scale, as in BitNet's own code
      }
    }
    return largest == 0 ? 1 : largest;
  }
}
