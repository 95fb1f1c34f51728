package dev.javelin.tensor.ops;

import dev.javelin.tensor.simd.AttentionSimd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What one worker needs while it computes a tile of attention: a few hundred KB, made once. */
final class AttentionScratch {
  final float[] q; // [rows, headDim], scaled and packed pass by pass: [headDim][rows of the pass]
  final float[] scores; // [rows, STRIDE], then weights
  final float[] tile; // keys or values of one block, for the scalar kernel
  final MemorySegment
      nativeTile; // a partition's, for the vector kernels that cannot read blocks in place
  final float[] scales; // a partition's, of Q8_0 keys or values; then what is read ahead
  final long[] blocks; // addresses of a partition's blocks
  long touched; // keeps reads alive that are for the cache only
  final float[] part; // [rows, headDim]: values of one partition
  final float[] partMax; // [rows]
  final float[] partSum; // [rows]
  final float[] acc; // [rows, headDim]: values so far
  final float[] max; // [rows]
  final float[] sum; // [rows]
  final float[] lanes = new float[AttentionKernel.LANES];

  AttentionScratch(int rows, int headDim, int blockTokens, int partitionTokens) {
    q = new float[rows * headDim];
    scores = new float[rows * AttentionSimd.STRIDE];
    tile = new float[headDim * blockTokens];
    nativeTile = Arena.ofAuto().allocate((long) headDim * partitionTokens * Float.BYTES, 64);
    scales = new float[(headDim / KvBlockFormat.SCALE_GROUP + 1) * (partitionTokens + 1)];
    blocks = new long[partitionTokens / blockTokens];
    part = new float[rows * headDim];
    partMax = new float[rows];
    partSum = new float[rows];
    acc = new float[rows * headDim];
    max = new float[rows];
    sum = new float[rows];
  }
}
