package dev.javelin.tensor.ops;

import static dev.javelin.tensor.simd.AttentionSimd.STRIDE;

import dev.javelin.tensor.simd.AttentionSimd;
import dev.javelin.tensor.simd.ExpSimd;
import dev.javelin.tensor.simd.FastMemory;
import dev.javelin.tensor.simd.KvMemory;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The steps of attention on one block or one row, done by the vector kernels or, with the same
 * bits, by {@link AttentionKernel}. F32 and F16 blocks are read in place; so is Q8_0 for few rows,
 * and goes through a small tile of floats for many.
 */
final class AttentionBlocks {
  /** Tiles of more rows have work enough for each cache line. */
  private static final int ROWS_THAT_WAIT = 8;

  /** A run that reads less finds much of it in the caches, where touching would be a detour. */
  private static final long CACHED_BYTES = 6 << 20;

  private final KvBlockFormat format;
  private final int headDim;
  private final int tokens; // of a block
  private final long headBytes;
  private final long dataBytes; // of a head's keys, or values, without scales
  private final long valuesAt; // from the start of a head's part
  private final boolean vectors;
  private final boolean half;
  private final int scaleCount; // of a head's keys, or values, in a block
  private final int rowsInPlace; // of Q8_0; a tile of floats pays for more
  private boolean touch; // whether blocks are likely to come from memory

  AttentionBlocks(KvBlockFormat format, boolean vectors) {
    this.format = format;
    this.headDim = format.headDim();
    this.tokens = format.blockTokens();
    this.headBytes = format.headBytes();
    this.dataBytes = format.dataBytes();
    this.valuesAt = format.dataBytes() + format.scaleBytes();
    this.vectors = vectors;
    this.half = vectors && format.type() == KvType.F16;
    this.scaleCount = tokens * headDim / KvBlockFormat.SCALE_GROUP;
    this.rowsInPlace =
        vectors && format.type() == KvType.Q8_0 ? AttentionSimd.ROWS_OF_QUANTS_IN_PLACE : 0;
  }

  /** Says how many blocks of this layer the coming run will read. */
  void expect(long blockCount) {
    touch = blockCount * format.bytesPerLayer() > CACHED_BYTES;
  }

  /** Rows that a worker's buffers must have for {@code rows} rows. */
  static int paddedRows(int rows) {
    return (rows + 3) & ~3;
  }

  private boolean inPlace(int rows) {
    return rows <= rowsInPlace;
  }

  /** How many rows are packed together when {@code rows} are left. */
  int rowsOfPass(int rows) {
    return vectors ? AttentionSimd.rowsOfPass(rows) : 1;
  }

  /** Factor on the queries besides the caller's. */
  float queryScale() {
    return half ? AttentionSimd.HALF_SCALE : 1f;
  }

  /**
   * Adds one partition's result for row {@code r}, from {@code part[offset..]}, to the running one
   * in the scratch.
   */
  void merge(AttentionScratch s, int r, float partMax, float partSum, float[] part, int offset) {
    AttentionKernel.merge(s.max, s.sum, s.acc, r, partMax, partSum, part, offset, headDim, vectors);
  }

  /**
   * Scores of all rows against the keys in columns [first, last) of one partition, whose first
   * logical block is {@code firstBlock}; whole blocks, so columns beside those hold rubbish. Leaves
   * the blocks' addresses in the scratch.
   */
  void scores(
      MemorySegment pool,
      long[] blockOffsets,
      int firstBlock,
      int head,
      AttentionScratch s,
      int rows,
      int first,
      int last) {
    int end = (last + tokens - 1) / tokens;
    if (!vectors) {
      for (int b = first / tokens; b < end; b++) {
        format.readKeys(pool, blockOffsets[firstBlock + b], head, s.tile);
        AttentionKernel.scores(s.q, rows, headDim, s.tile, tokens, s.scores, b * tokens, STRIDE);
      }
      return;
    }
    MemorySegment base = FastMemory.base(pool);
    long start = FastMemory.offset(pool, 0, pool.byteSize());
    for (int b = first / tokens; b < end; b++) {
      long part = blockOffsets[firstBlock + b] + head * headBytes;
      s.blocks[b] = start + Objects.checkFromIndexSize(part, headBytes, pool.byteSize());
      if (touch && rows <= ROWS_THAT_WAIT) {
        s.touched += KvMemory.touch(base, s.blocks[b], headBytes);
      }
    }
    if (inPlace(rows)) {
      quantScores(base, s, rows, first / tokens, end);
      return;
    }
    for (int b = first / tokens; b < end; b++) {
      if (format.type() == KvType.Q8_0) {
        tileScores(base, s, rows, b);
      } else {
        AttentionSimd.scores(
            base, s.blocks[b], half, s.q, rows, headDim, tokens, s.scores, b * tokens);
      }
    }
  }

  /** Scores against Q8_0 keys in place, blocks [first, end). */
  private void quantScores(MemorySegment base, AttentionScratch s, int rows, int first, int end) {
    KvMemory.scales(base, s.blocks, first, end, dataBytes, scaleCount, s.scales);
    for (int b = first; b < end; b++) {
      int at = b * scaleCount;
      AttentionSimd.quantScores(
          base, s.blocks[b], s.scales, at, s.q, rows, headDim, tokens, s.scores, b * tokens);
    }
  }

  /** Weighted Q8_0 values in place, tokens [first, last). */
  private void addQuantValues(
      MemorySegment base, AttentionScratch s, int rows, int first, int last) {
    int end = (last + tokens - 1) / tokens;
    KvMemory.scales(base, s.blocks, first / tokens, end, dataBytes, scaleCount, s.scales);
    int at = first * (scaleCount / tokens);
    AttentionSimd.addQuantValues(
        base, s.blocks, s.scales, at, first, last, tokens, s.scores, rows, s.part, headDim);
  }

  private void tileScores(MemorySegment base, AttentionScratch s, int rows, int b) {
    MemorySegment tileBase = FastMemory.base(s.nativeTile);
    long tile = FastMemory.offset(s.nativeTile, 0, (long) tokens * headDim * Float.BYTES);
    KvMemory.keys(base, s.blocks[b], s.blocks[b] + dataBytes, headDim, tokens, tileBase, tile);
    AttentionSimd.scores(tileBase, tile, false, s.q, rows, headDim, tokens, s.scores, b * tokens);
  }

  /**
   * The largest score of row {@code r} in columns [from, to) goes to the scratch; what is beside
   * them in [first, last) is set to minus infinity.
   */
  void max(AttentionScratch s, int r, int first, int last, int from, int to) {
    int offset = r * STRIDE;
    s.partMax[r] =
        vectors
            ? ExpSimd.max(s.scores, offset, from16(first), to16(last), from, to)
            : AttentionKernel.max(s.scores, offset, first, last, from, to);
  }

  /**
   * Turns the scores of row {@code r} in columns [first, last) into weights 2^(score - max), after
   * {@link #max}. Leaves their sum in the scratch.
   */
  void weights(AttentionScratch s, int r, int first, int last) {
    int offset = r * STRIDE;
    float max = s.partMax[r];
    if (vectors) {
      int exponent = half ? AttentionSimd.WEIGHT_EXPONENT : 0;
      ExpSimd.weights(s.scores, offset, from16(first), to16(last), max, exponent, s.lanes);
    } else {
      AttentionKernel.weights(s.scores, offset, first, last, max, s.lanes);
    }
    float sum = AttentionKernel.sumOfLanes(s.lanes, 0);
    s.partSum[r] = half ? sum / AttentionSimd.WEIGHT_SCALE : sum;
  }

  private static int from16(int first) {
    return first & -AttentionKernel.LANES;
  }

  private static int to16(int last) {
    return (last + AttentionKernel.LANES - 1) & -AttentionKernel.LANES;
  }

  /**
   * Adds weight times value over the tokens in columns [first, last) of the partition that {@link
   * #scores} was called for to the partition's values in the scratch.
   */
  void addValues(
      MemorySegment pool,
      long[] blockOffsets,
      int firstBlock,
      int head,
      AttentionScratch s,
      int rows,
      int first,
      int last) {
    int end = (last + tokens - 1) / tokens;
    if (!vectors) {
      for (int b = first / tokens; b < end; b++) {
        int at = b * tokens;
        format.readValues(pool, blockOffsets[firstBlock + b], head, s.tile);
        AttentionKernel.addValues(
            s.scores,
            at,
            STRIDE,
            rows,
            s.tile,
            Math.max(first - at, 0),
            Math.min(last - at, tokens),
            headDim,
            s.part);
      }
      return;
    }
    MemorySegment base = FastMemory.base(pool);
    boolean quants = format.type() == KvType.Q8_0 && !inPlace(rows);
    for (int b = first / tokens; b < end; b++) {
      long values = s.blocks[b] + valuesAt;
      s.blocks[b] = quants ? tileValues(base, values, s, b) : values;
    }
    if (inPlace(rows)) {
      addQuantValues(base, s, rows, first, last);
      return;
    }
    base = quants ? FastMemory.base(s.nativeTile) : base;
    AttentionSimd.addValues(
        base, s.blocks, half, first, last, tokens, s.scores, rows, s.part, headDim);
  }

  private long tileValues(MemorySegment base, long values, AttentionScratch s, int b) {
    long tileBytes = (long) tokens * headDim * Float.BYTES;
    long tile = FastMemory.offset(s.nativeTile, b * tileBytes, tileBytes);
    KvMemory.values(
        base, values, values + dataBytes, headDim, tokens, FastMemory.base(s.nativeTile), tile);
    return tile;
  }

  /** Runs each vector kernel for a few rounds of its loop only; the numbers mean nothing. */
  void rehearse(MemorySegment pool, AttentionScratch s, int rows, int rounds) {
    MemorySegment base = FastMemory.base(pool);
    long o = FastMemory.offset(pool, 0, headBytes);
    AttentionSimd.scores(base, o, half, s.q, rows, Math.min(rounds, headDim), tokens, s.scores, 0);
    for (int r = 0; r < rows; r++) {
      float max = ExpSimd.max(s.scores, r * STRIDE, 0, tokens, 0, Math.min(rounds, tokens));
      ExpSimd.weights(s.scores, r * STRIDE, 0, tokens, max, 0, s.lanes);
    }
    s.blocks[0] = o;
    AttentionSimd.addValues(
        base, s.blocks, half, 0, Math.min(rounds, tokens), tokens, s.scores, rows, s.part, headDim);
    AttentionSimd.rescale(s.acc, 0, 1f, s.part, 0, 1f, headDim);
    if (inPlace(rows)) {
      KvMemory.scales(base, s.blocks, 0, 1, dataBytes, scaleCount, s.scales);
      AttentionSimd.quantScores(
          base, o, s.scales, 0, s.q, rows, Math.min(rounds, headDim), tokens, s.scores, 0);
      addQuantValues(base, s, rows, 0, Math.min(rounds, tokens));
    }
    if (format.type() == KvType.Q8_0) {
      tileScores(base, s, 1, 0);
      tileValues(base, o + valuesAt, s, 0);
    }
  }
}
