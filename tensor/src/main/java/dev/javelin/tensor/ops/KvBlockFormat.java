package dev.javelin.tensor.ops;

import dev.javelin.tensor.simd.AttentionSimd;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * How the keys and values of one layer lie in one cache block. Each KV head has its own part:
 *
 * <pre>
 * | K [headDim][blockTokens] | K scales [headDim / 32][blockTokens] | V [blockTokens][headDim] | V scales [blockTokens][headDim / 32] |
 * </pre>
 *
 * <p>Keys are transposed, so that scores are computed for many tokens at once; values are in
 * natural order. Scales (f16) exist for Q8_0 only: as in ggml's row quantizer, d = max|x| / 127
 * over 32 neighbouring values of one token's head, and q = round(x / d), halves away from zero. F16
 * rounds to nearest even; what exceeds its range becomes the largest finite value.
 *
 * <p>F16 are paired for the vector kernels: of 32 tokens of a component's keys, or 32 components of
 * a token's values, numbers i and i + 16 are neighbours (0, 16, 1, 17, ...), so that a vector of
 * ints holds two vectors of numbers in order. What is left of a row, if it is no multiple of 32,
 * lies in order.
 */
public record KvBlockFormat(KvType type, int kvHeadCount, int headDim, int blockTokens) {
  /** Values that share one scale in a Q8_0 cache. */
  public static final int SCALE_GROUP = 32;

  /** Of so many F16 in a row, number i and number i + 16 lie side by side. */
  private static final int PAIRS = 32;

  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final float LARGEST_F16 = 65504f;

  public KvBlockFormat {
    if (kvHeadCount < 1 || headDim < 8 || headDim % 8 != 0) {
      throw new IllegalArgumentException(
          "a KV block needs kvHeadCount >= 1 and headDim %% 8 == 0: kvHeadCount=%d, headDim=%d"
              .formatted(kvHeadCount, headDim));
    }
    if (type == KvType.Q8_0 && headDim % SCALE_GROUP != 0) {
      throw new IllegalArgumentException(
          "a Q8_0 cache needs headDim %% 32 == 0: headDim=%d; use F16 or F32".formatted(headDim));
    }
    if (blockTokens < 16 || blockTokens % 16 != 0 || blockTokens > AttentionSimd.STRIDE) {
      throw new IllegalArgumentException(
          "a KV block needs blockTokens %% 16 == 0, at most %d: blockTokens=%d"
              .formatted(AttentionSimd.STRIDE, blockTokens));
    }
  }

  /** The type and, where there was another one before, the order of numbers: for saved blocks. */
  public String layoutName() {
    return type == KvType.F16 ? "F16 in pairs" : type.name();
  }

  /** Bytes of all KV heads' keys and values of one layer in one block; a multiple of 64. */
  public long bytesPerLayer() {
    return kvHeadCount * headBytes();
  }

  /** Bytes of one head's part. */
  long headBytes() {
    return 2 * (dataBytes() + scaleBytes());
  }

  /**
   * Bytes of the keys, or of the values, of one head; a multiple of 64 because blockTokens is one
   * of 16.
   */
  long dataBytes() {
    return (long) headDim
        * blockTokens
        * switch (type) {
          case F32 -> Float.BYTES;
          case F16 -> Short.BYTES;
          case Q8_0 -> Byte.BYTES;
        };
  }

  /** Bytes of the scales of one head's keys, or values, rounded up to 64. */
  long scaleBytes() {
    return switch (type) {
      case F32, F16 -> 0;
      case Q8_0 -> ((long) headDim / SCALE_GROUP * blockTokens * Short.BYTES + 63) & -64L;
    };
  }

  /**
   * Stores k and v [kvHeadCount, headDim] of one token in {@code slot} of the block's layer part at
   * {@code layerOffset}.
   */
  public void write(
      MemorySegment pool,
      long layerOffset,
      int slot,
      float[] k,
      int kOffset,
      float[] v,
      int vOffset) {
    long vPart = dataBytes() + scaleBytes();
    for (int head = 0; head < kvHeadCount; head++) {
      long at = layerOffset + head * headBytes();
      switch (type) {
        case F32 -> {
          for (int i = 0; i < headDim; i++) {
            pool.set(FLOAT, at + ((long) i * blockTokens + slot) * Float.BYTES, k[kOffset + i]);
            pool.set(FLOAT, at + vPart + ((long) slot * headDim + i) * Float.BYTES, v[vOffset + i]);
          }
        }
        case F16 -> {
          for (int i = 0; i < headDim; i++) {
            long key = at + keyIndex(i, slot) * Short.BYTES;
            long value = at + vPart + valueIndex(slot, i) * Short.BYTES;
            pool.set(SHORT, key, toF16(k[kOffset + i]));
            pool.set(SHORT, value, toF16(v[vOffset + i]));
          }
        }
        case Q8_0 -> {
          writeQuants(
              pool,
              at,
              slot,
              blockTokens,
              at + dataBytes() + (long) slot * Short.BYTES,
              blockTokens,
              k,
              kOffset);
          long values = at + vPart;
          long scales = values + dataBytes() + (long) slot * (headDim / SCALE_GROUP) * Short.BYTES;
          writeQuants(pool, values + (long) slot * headDim, 0, 1, scales, 1, v, vOffset);
        }
      }
      kOffset += headDim;
      vOffset += headDim;
    }
  }

  /**
   * Quantizes one head of one token: value i goes to at + i * stride + slot, scale g to scales + 2
   * g * scaleStride.
   */
  private void writeQuants(
      MemorySegment pool,
      long at,
      int slot,
      int stride,
      long scales,
      int scaleStride,
      float[] x,
      int offset) {
    for (int group = 0; group < headDim / SCALE_GROUP; group++) {
      int from = group * SCALE_GROUP;
      float largest = 0;
      for (int i = from; i < from + SCALE_GROUP; i++) {
        largest = Math.max(largest, Math.abs(x[offset + i]));
      }
      float scale = largest / 127f;
      float inverse = scale == 0 ? 0 : 1f / scale;
      pool.set(SHORT, scales + (long) group * scaleStride * Short.BYTES, toF16(scale));
      for (int i = from; i < from + SCALE_GROUP; i++) {
        float scaled = x[offset + i] * inverse;
        byte q = (byte) (int) (scaled + Math.copySign(0.5f, scaled));
        pool.set(ValueLayout.JAVA_BYTE, at + (long) i * stride + slot, q);
      }
    }
  }

  /** Reads back what {@link #write} stored, as rounded by the type. */
  public void read(
      MemorySegment pool,
      long layerOffset,
      int slot,
      float[] k,
      int kOffset,
      float[] v,
      int vOffset) {
    long vPart = dataBytes() + scaleBytes();
    for (int head = 0; head < kvHeadCount; head++) {
      long keys = layerOffset + head * headBytes();
      for (int i = 0; i < headDim; i++) {
        k[kOffset + i] =
            value(pool, keys, keyIndex(i, slot), (long) i / SCALE_GROUP * blockTokens + slot);
        long scale = ((long) slot * headDim + i) / SCALE_GROUP;
        v[vOffset + i] = value(pool, keys + vPart, valueIndex(slot, i), scale);
      }
      kOffset += headDim;
      vOffset += headDim;
    }
  }

  /** Sets the slots from {@code fromSlot} on to zero, in keys, values and scales. */
  public void clear(MemorySegment pool, long layerOffset, int fromSlot) {
    int bytes = type == KvType.F32 ? Float.BYTES : type == KvType.F16 ? Short.BYTES : Byte.BYTES;
    int scales = type == KvType.Q8_0 ? headDim / SCALE_GROUP : 0;
    int slots = blockTokens - fromSlot;
    for (int head = 0; head < kvHeadCount; head++) {
      long keys = layerOffset + head * headBytes();
      long values = keys + dataBytes() + scaleBytes();
      for (int slot = fromSlot; slot < blockTokens; slot++) {
        fill(pool, keys, headDim, blockTokens * bytes, place(slot, blockTokens) * bytes, bytes);
      }
      fill(
          pool,
          keys + dataBytes(),
          scales,
          blockTokens * Short.BYTES,
          fromSlot * Short.BYTES,
          slots * Short.BYTES);
      int row = headDim * bytes;
      fill(pool, values, 1, 0, fromSlot * row, slots * row);
      fill(
          pool,
          values + dataBytes(),
          1,
          0,
          fromSlot * scales * Short.BYTES,
          slots * scales * Short.BYTES);
    }
  }

  private static void fill(MemorySegment pool, long at, int rows, int stride, int from, int bytes) {
    for (int row = 0; row < rows; row++) {
      pool.asSlice(at + (long) row * stride + from, bytes).fill((byte) 0);
    }
  }

  /**
   * All keys of one head in one block, transposed as they lie there: tile[headDim, blockTokens].
   */
  void readKeys(MemorySegment pool, long layerOffset, int head, float[] tile) {
    long keys = layerOffset + head * headBytes();
    for (int i = 0, index = 0; i < headDim; i++) {
      int scales = i / SCALE_GROUP * blockTokens;
      for (int t = 0; t < blockTokens; t++, index++) {
        tile[index] = value(pool, keys, keyIndex(i, t), scales + t);
      }
    }
  }

  /** All values of one head in one block: tile[blockTokens, headDim]. */
  void readValues(MemorySegment pool, long layerOffset, int head, float[] tile) {
    long values = layerOffset + head * headBytes() + dataBytes() + scaleBytes();
    for (int t = 0, index = 0; t < blockTokens; t++) {
      for (int i = 0; i < headDim; i++, index++) {
        tile[index] = value(pool, values, valueIndex(t, i), index / SCALE_GROUP);
      }
    }
  }

  private long keyIndex(int i, int slot) {
    return (long) i * blockTokens + place(slot, blockTokens);
  }

  private long valueIndex(int slot, int i) {
    return (long) slot * headDim + place(i, headDim);
  }

  /** Where number {@code i} of a row of {@code length} stands: F16 in pairs, all else in order. */
  private int place(int i, int length) {
    boolean paired = type == KvType.F16 && i < (length & -PAIRS);
    return paired ? (i & -PAIRS) + 2 * (i & (PAIRS / 2 - 1)) + (i / (PAIRS / 2) & 1) : i;
  }

  private float value(MemorySegment pool, long part, long index, long scaleIndex) {
    return switch (type) {
      case F32 -> pool.get(FLOAT, part + index * Float.BYTES);
      case F16 -> Float.float16ToFloat(pool.get(SHORT, part + index * Short.BYTES));
      case Q8_0 ->
          pool.get(ValueLayout.JAVA_BYTE, part + index)
              * Float.float16ToFloat(
                  pool.get(SHORT, part + dataBytes() + scaleIndex * Short.BYTES));
    };
  }

  private static short toF16(float x) {
    return Float.floatToFloat16(Math.max(Math.min(x, LARGEST_F16), -LARGEST_F16));
  }
}
