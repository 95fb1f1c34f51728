package dev.javelin.tensor.simd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Activations of many tokens as integers with one scale for each block of 32, packed once and
 * shared by all products of the same activations.
 *
 * <p>The scale is the smallest with which no sum of a block can leave 16 bits, whatever the weights
 * are. With weights of magnitude w at most, |sum| &lt;= w * sum |q|, and rounding adds at most 1/2
 * to each of 32 |q|:
 *
 * <pre>
 *  s = sum |x| / (32767 / w - 16)     q[i] = round(x[i] / s)     w * sum |q| &lt;= w * (sum |x| / s + 16) &lt;= 32767
 * </pre>
 *
 * <p>So the error of an activation is at most s / 2: with w = 12 (MXFP4) 1/5428 of the block's sum
 * of magnitudes, with w = 8 (Q4_0) 1/8158. On normally distributed activations that is half of what
 * 8 bits with the scale of the largest give, and an outlier costs its neighbours far less.
 *
 * <pre>
 *  values  [panel][column][vector][lane]: token i of a vector's first half in lane 2i, of its second half in lane 2i + 1
 *  scales  [panel][block][token of the panel]
 * </pre>
 */
public final class ShortActivations {
  private static final int BLOCK = ShortProduct.BLOCK;
  private static final int TOKENS = ShortProduct.SHORTS; // of one vector

  private MemorySegment values = MemorySegment.NULL;
  private MemorySegment scales = MemorySegment.NULL;
  private float[] source;
  private int sourceOffset;
  private int tokens;
  private int columns;
  private int largest;

  boolean holds(float[] x, int xOffset, int tokens, int columns, int largest) {
    return source == x
        && sourceOffset == xOffset
        && this.tokens == tokens
        && this.columns == columns
        && this.largest == largest;
  }

  /**
   * @param largest the largest magnitude of a weight that these activations will meet
   */
  void set(float[] x, int xOffset, int tokens, int columns, int largest) {
    this.source = x;
    this.sourceOffset = xOffset;
    this.tokens = tokens;
    this.columns = columns;
    this.largest = largest;
    long count = (long) paddedTokens() * columns;
    if (values.byteSize() < Short.BYTES * count) {
      values = Arena.ofAuto().allocate(Short.BYTES * count, 64);
      scales = Arena.ofAuto().allocate(Float.BYTES * count / BLOCK, 64);
    }
  }

  /** Forgets the caller's array, not the memory. */
  public void clear() {
    source = null;
  }

  int tokens() {
    return tokens;
  }

  int columns() {
    return columns;
  }

  MemorySegment values() {
    return values;
  }

  MemorySegment scales() {
    return scales;
  }

  /** Tokens rounded up to whole vectors. */
  int paddedTokens() {
    return (tokens + TOKENS - 1) / TOKENS * TOKENS;
  }

  /**
   * Of so many tokens, those for which the integer product is faster than the one of floats: all
   * when they fill four fifths of their vectors, else those of whole vectors.
   */
  static int worthwhile(int tokens) {
    int padded = (tokens + TOKENS - 1) / TOKENS * TOKENS;
    return 5 * tokens >= 4 * padded ? tokens : tokens - tokens % TOKENS;
  }

  /** Vectors of tokens in the panel that starts at vector {@code vector}. */
  int panelVectors(int vector) {
    return Math.min(paddedTokens() / TOKENS - vector, ShortProduct.widest());
  }

  /** Quantizes a worker's share of the blocks of all tokens. */
  public void pack(int worker, int workerCount, Scratch s) {
    int blocks = columns / BLOCK;
    int from = (int) ((long) blocks * worker / workerCount);
    int to = (int) ((long) blocks * (worker + 1) / workerCount);
    for (int vector = 0; vector < paddedTokens() / TOKENS; ) {
      int vectors = panelVectors(vector);
      for (int block = from; block < to; block++) {
        packBlock(block, vector * TOKENS, vectors * TOKENS, s);
      }
      vector += vectors;
    }
  }

  /**
   * One block of the tokens of a panel, vector by vector: rows of words of two tokens first, then
   * column by column.
   */
  private void packBlock(int block, int first, int width, Scratch s) {
    QuantizedPairs pairs = s.pairs;
    long start = (long) first * columns + (long) block * BLOCK * width;
    for (int t = 0; t < width; t += TOKENS) {
      int token = first + t;
      int present = Math.max(0, Math.min(TOKENS, tokens - token));
      int from = sourceOffset + token * columns + block * BLOCK;
      pairs.set(source, from, columns, present, largest);
      MemorySegment.copy(
          pairs.scales, 0, scales, JAVA_FLOAT, Float.BYTES * (start / BLOCK + t), TOKENS);
      long words = Short.BYTES * (start + t);
      long bytes = (long) Short.BYTES * ((BLOCK - 1) * width + TOKENS);
      transpose(pairs.words, values, FastMemory.offset(values, words, bytes), Short.BYTES * width);
    }
  }

  /** Columns of words after each other, {@code columnBytes} apart. */
  private static void transpose(int[] words, MemorySegment values, long to, int columnBytes) {
    MemorySegment base = FastMemory.base(values);
    int rows = TOKENS / 2;
    for (int c = 0; c < BLOCK; c++) {
      long o = to + (long) c * columnBytes & FastMemory.ADDRESS;
      for (int i = 0; i < rows; i++) {
        base.set(JAVA_INT_UNALIGNED, o + i * (long) Integer.BYTES, words[i * BLOCK + c]);
      }
    }
  }
}
