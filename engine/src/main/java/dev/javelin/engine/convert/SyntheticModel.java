package dev.javelin.engine.convert;

import dev.javelin.engine.InvalidRequest;
import dev.javelin.gguf.GgufWriter;
import dev.javelin.tensor.QuantType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * Writes a file of a published model's shape filled with random, valid blocks, so that speed and
 * memory can be measured without a download. Its answers mean nothing; its logits are finite and
 * differ from token to token.
 */
public final class SyntheticModel {
  private static final int PIECE_BYTES = 8 << 20;
  private static final ValueLayout.OfShort F16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final SyntheticShape shape;
  private final QuantType type;
  private long random = 0x9E3779B97F4A7C15L;

  private SyntheticModel(SyntheticShape shape, QuantType type) {
    this.shape = shape;
    this.type = type;
  }

  /** Bytes of tensor data that {@link #write} will write. */
  public static long byteSize(SyntheticShape shape, QuantType type) {
    return shape.tensors(type).stream().mapToLong(t -> t.type().byteSize(t.weights())).sum();
  }

  /**
   * Writes the file.
   *
   * @param type of the matrices: Q8_0, Q4_0, MXFP4, F16, BF16, F32, TQ2_0 or I2_S; of gpt-oss, of
   *     the experts
   * @param progress told how many bytes of tensor data have been written
   */
  public static void write(SyntheticShape shape, QuantType type, Path file, LongConsumer progress)
      throws IOException {
    new SyntheticModel(shape, type).write(file, progress);
  }

  private void write(Path file, LongConsumer progress) throws IOException {
    try (GgufWriter writer = GgufWriter.open(file);
        Arena arena = Arena.ofConfined()) {
      shape.keys().forEach(writer::put);
      SyntheticVocabulary.put(writer, shape);
      for (SyntheticShape.Tensor tensor : shape.tensors(type)) {
        writer.declare(tensor.name(), tensor.type(), tensor.dimensions());
      }
      MemorySegment piece = arena.allocate(PIECE_BYTES, Long.BYTES);
      long written = 0;
      for (SyntheticShape.Tensor tensor : shape.tensors(type)) {
        long bytes = tensor.type().byteSize(tensor.weights());
        long pieceBytes = PIECE_BYTES / tensor.type().blockBytes() * tensor.type().blockBytes();
        for (long from = 0; from < bytes; from += pieceBytes) {
          MemorySegment part = piece.asSlice(0, Math.min(pieceBytes, bytes - from));
          fill(part, tensor, from + part.byteSize() == bytes);
          writer.write(tensor.name(), part);
          written += part.byteSize();
          progress.accept(written);
        }
      }
      writer.finish();
    }
  }

  /** Random blocks whose weights are about 1 / sqrt(columns), as those of a trained model. */
  private void fill(MemorySegment part, SyntheticShape.Tensor tensor, boolean last) {
    double deviation = tensor.dimensions().length == 1 ? 0 : 1 / Math.sqrt(tensor.dimensions()[0]);
    boolean norm = tensor.name().endsWith("norm.weight");
    switch (tensor.type()) {
      case F32 -> fillFloats(part, norm ? 1 : 0, deviation == 0 ? 0.02 : deviation);
      case F16 -> fillHalves(part, deviation, true);
      case BF16 -> fillHalves(part, deviation, false);
      case Q8_0 -> fillScaled(part, 34, 0, deviation / 73.3);
      case Q4_0 -> fillScaled(part, 18, 0, deviation / 4.6);
      case TQ2_0 -> fillTernary(part, deviation);
      case MXFP4 -> fillMxfp4(part, deviation);
      case I2_S -> fillI2S(part, deviation, last);
      default ->
          throw new InvalidRequest(
              "synthetic files can be Q8_0, Q4_0, MXFP4, F16, BF16, F32, TQ2_0 or I2_S: "
                  + tensor.type());
    }
  }

  private long next() {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return random;
  }

  private void fillRandom(MemorySegment part) {
    long size = part.byteSize();
    long at = 0;
    for (; at + Long.BYTES <= size; at += Long.BYTES) {
      part.set(LONG, at, next());
    }
    for (; at < size; at++) {
      part.set(ValueLayout.JAVA_BYTE, at, (byte) next());
    }
  }

  private void fillFloats(MemorySegment part, double mean, double deviation) {
    for (long at = 0; at < part.byteSize(); at += Float.BYTES) {
      part.set(F32, at, (float) (mean + uniform() * deviation));
    }
  }

  private void fillHalves(MemorySegment part, double deviation, boolean ieee) {
    for (long at = 0; at < part.byteSize(); at += Short.BYTES) {
      float value = (float) (uniform() * deviation);
      part.set(
          F16,
          at,
          ieee ? Float.floatToFloat16(value) : (short) (Float.floatToRawIntBits(value) >>> 16));
    }
  }

  /** Uniform with deviation 1. */
  private double uniform() {
    return (next() >> 11) * 0x1p-52 * Math.sqrt(3);
  }

  private void fillScaled(MemorySegment part, int blockBytes, int scaleAt, double scale) {
    fillRandom(part);
    short half = Float.floatToFloat16((float) scale);
    for (long block = 0; block < part.byteSize(); block += blockBytes) {
      part.set(F16, block + scaleAt, half);
    }
  }

  private void fillMxfp4(MemorySegment part, double deviation) {
    fillRandom(part);
    int exponent = 127 + Math.getExponent(deviation / 2.9);
    for (long block = 0; block < part.byteSize(); block += QuantType.MXFP4.blockBytes()) {
      int dither = part.get(ValueLayout.JAVA_BYTE, block) & 1;
      part.set(ValueLayout.JAVA_BYTE, block, (byte) (exponent + dither));
    }
  }

  /** Two bits a weight, 0 to 2: a random byte with the code 3 turned to 1. */
  private void fillTernary(MemorySegment part, double deviation) {
    fillRandom(part);
    int codes = QuantType.TQ2_0.blockBytes() - Short.BYTES;
    short half = Float.floatToFloat16((float) deviation);
    for (long block = 0; block < part.byteSize(); block += QuantType.TQ2_0.blockBytes()) {
      for (long at = block; at < block + codes; at++) {
        part.set(ValueLayout.JAVA_BYTE, at, ternary(part.get(ValueLayout.JAVA_BYTE, at)));
      }
      part.set(F16, block + codes, half);
    }
  }

  /**
   * The same without scales in the blocks: the last 32 bytes of the tensor begin with its one
   * scale.
   */
  private void fillI2S(MemorySegment part, double deviation, boolean last) {
    fillRandom(part);
    for (long at = 0; at < part.byteSize(); at++) {
      part.set(ValueLayout.JAVA_BYTE, at, ternary(part.get(ValueLayout.JAVA_BYTE, at)));
    }
    if (last) {
      part.set(F32, part.byteSize() - QuantType.I2_S.blockBytes(), (float) deviation);
    }
  }

  private static byte ternary(byte codes) {
    int threes = codes & (codes >> 1) & 0x55; // the low bit of each pair that is 3
    return (byte) (codes & ~(threes << 1));
  }
}
