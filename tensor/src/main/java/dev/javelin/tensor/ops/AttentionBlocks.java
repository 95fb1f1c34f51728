package dev.javelin.tensor.ops;

import dev.javelin.tensor.simd.AttentionSimd;
import dev.javelin.tensor.simd.ExpSimd;
import dev.javelin.tensor.simd.FastMemory;
import dev.javelin.tensor.simd.KvMemory;
import java.lang.foreign.MemorySegment;

/**
 * The steps of attention on one block or one row, done by the vector kernels or, with the same bits, by {@link
 * AttentionKernel}. F32 and F16 blocks are read in place; Q8_0 goes through a small tile of floats.
 */
final class AttentionBlocks {
  private final KvBlockFormat format;
  private final boolean vectors;
  private final boolean half;
  private final int stride; // floats between two rows of scores

  AttentionBlocks(KvBlockFormat format, int stride, boolean vectors) {
    this.vectors = vectors;
    this.format = format;
    this.half = vectors && format.type() == KvType.F16;
    this.stride = stride;
  }

  /** Rows that a worker's buffers must have for {@code rows} rows. */
  static int paddedRows(int rows) {
    return (rows + 3) & ~3;
  }

  /** How many rows are packed together when {@code rows} are left. */
  int rowsOfPass(int rows) {
    return vectors ? AttentionSimd.rowsOfPass(rows) : 1;
  }

  /** Factor on the queries besides the caller's. */
  float queryScale() {
    return half ? AttentionSimd.HALF_SCALE : 1f;
  }

  /** Adds one partition's result for row {@code r}, from {@code part[offset..]}, to the running one in the scratch. */
  void merge(AttentionScratch s, int r, float partMax, float partSum, float[] part, int offset) {
    AttentionKernel.merge(s.max, s.sum, s.acc, r, partMax, partSum, part, offset, format.headDim(), vectors);
  }

  /** Scores of all rows against the keys of one block, to column {@code at} of the score rows. */
  void scores(MemorySegment pool, long layerOffset, int head, AttentionScratch s, int rows, int at) {
    int headDim = format.headDim();
    int tokens = format.blockTokens();
    if (!vectors) {
      format.readKeys(pool, layerOffset, head, s.tile);
      AttentionKernel.scores(s.q, rows, headDim, s.tile, tokens, s.scores, at, stride);
      return;
    }
    MemorySegment base = FastMemory.base(pool);
    long keys = FastMemory.offset(pool, layerOffset + head * format.headBytes(), format.headBytes());
    if (format.type() == KvType.Q8_0) {
      MemorySegment tileBase = FastMemory.base(s.nativeTile);
      long tile = FastMemory.offset(s.nativeTile, 0, (long) tokens * headDim * Float.BYTES);
      KvMemory.keys(base, keys, keys + format.dataBytes(), headDim, tokens, tileBase, tile);
      AttentionSimd.scores(tileBase, tile, false, s.q, rows, headDim, tokens, s.scores, at, stride);
    } else {
      AttentionSimd.scores(base, keys, half, s.q, rows, headDim, tokens, s.scores, at, stride);
    }
  }

  /**
   * Turns the scores of row {@code r} in columns [from, to) into weights exp(score - max), and the rest of [first, last) into
   * 0. Leaves max and sum of weights in the scratch.
   */
  void weights(AttentionScratch s, int r, int first, int last, int from, int to) {
    int offset = r * stride;
    if (!vectors) {
      s.partMax[r] = AttentionKernel.weights(s.scores, offset, first, last, from, to, s.lanes);
      s.partSum[r] = AttentionKernel.sumOfLanes(s.lanes, 0);
      return;
    }
    float factor = half ? AttentionSimd.WEIGHT_SCALE : 1f;
    int from16 = first & -AttentionKernel.LANES;
    int to16 = (last + AttentionKernel.LANES - 1) & -AttentionKernel.LANES;
    s.partMax[r] = ExpSimd.weights(s.scores, offset, from16, to16, from, to, factor, s.lanes);
    s.partSum[r] = AttentionKernel.sumOfLanes(s.lanes, 0) / factor;
  }

  /**
   * Adds weight times value over the tokens in columns [first, last) of one partition, whose first logical block is {@code
   * firstBlock}, to the partition's values in the scratch.
   */
  void addValues(
      MemorySegment pool, long[] blockOffsets, int firstBlock, int head, AttentionScratch s, int rows, int first, int last) {
    int headDim = format.headDim();
    int tokens = format.blockTokens();
    long part = format.dataBytes() + format.scaleBytes();
    int blockEnd = Math.ceilDiv(last, tokens);
    if (!vectors) {
      for (int b = first / tokens; b < blockEnd; b++) {
        int at = b * tokens;
        format.readValues(pool, blockOffsets[firstBlock + b], head, s.tile);
        AttentionKernel.addValues(
            s.scores, at, stride, rows, s.tile, Math.max(first - at, 0), Math.min(last - at, tokens), headDim, s.part);
      }
      return;
    }
    MemorySegment base = FastMemory.base(pool);
    boolean quants = format.type() == KvType.Q8_0;
    long tileBytes = (long) tokens * headDim * Float.BYTES;
    for (int b = first / tokens; b < blockEnd; b++) {
      long from = blockOffsets[firstBlock + b] + head * format.headBytes() + part;
      long values = FastMemory.offset(pool, from, part);
      if (quants) {
        long tile = FastMemory.offset(s.nativeTile, b * tileBytes, tileBytes);
        MemorySegment target = FastMemory.base(s.nativeTile);
        KvMemory.values(base, values, values + format.dataBytes(), headDim, tokens, target, tile);
        values = tile;
      }
      s.blocks[b] = values;
    }
    base = quants ? FastMemory.base(s.nativeTile) : base;
    AttentionSimd.addValues(base, s.blocks, half, first, last, tokens, s.scores, stride, rows, s.part, headDim);
  }

  /** Runs each vector kernel for a few rounds of its loop only; the numbers mean nothing. */
  void rehearse(MemorySegment pool, AttentionScratch s, int rows, int rounds) {
    MemorySegment base = FastMemory.base(pool);
    long o = FastMemory.offset(pool, 0, format.headBytes());
    int tokens = format.blockTokens();
    AttentionSimd.scores(base, o, half, s.q, rows, Math.min(rounds, format.headDim()), tokens, s.scores, 0, stride);
    for (int r = 0; r < rows; r += 4) {
      ExpSimd.weights(s.scores, r * stride, 0, tokens, 0, Math.min(rounds, tokens), 1f, s.lanes);
    }
    s.blocks[0] = o;
    AttentionSimd.addValues(
        base, s.blocks, half, 0, Math.min(rounds, tokens), tokens, s.scores, stride, rows, s.part, format.headDim());
    AttentionSimd.rescale(s.acc, 0, 1f, s.part, 0, 1f, format.headDim());
    if (format.type() == KvType.Q8_0) {
      scores(pool, 0, 0, s, 1, 0);
      addValues(pool, new long[1], 0, 0, s, 1, 0, Math.min(rounds, tokens));
    }
  }
}
