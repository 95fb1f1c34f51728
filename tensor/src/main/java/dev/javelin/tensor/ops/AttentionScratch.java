package dev.javelin.tensor.ops;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What one worker needs while it computes a tile of attention: a few hundred KB, made once. */
final class AttentionScratch {
  final float[] q; // [rows, headDim], scaled and packed pass by pass: [headDim][rows of the pass]
  final float[] scores; // [rows, partitionTokens], then weights
  final float[] tile; // keys or values of one block, for the scalar kernel
  final MemorySegment nativeTile; // the same for the vector kernels, where they cannot read the block in place
  final float[] part; // [rows, headDim]: values of one partition
  final float[] partMax; // [rows]
  final float[] partSum; // [rows]
  final float[] acc; // [rows, headDim]: values so far
  final float[] max; // [rows]
  final float[] sum; // [rows]
  final float[] lanes = new float[AttentionKernel.LANES];

  AttentionScratch(int rows, int headDim, int blockTokens, int partitionTokens) {
    q = new float[rows * headDim];
    scores = new float[rows * partitionTokens];
    tile = new float[headDim * blockTokens];
    nativeTile = Arena.ofAuto().allocate((long) headDim * blockTokens * Float.BYTES, 64);
    part = new float[rows * headDim];
    partMax = new float[rows];
    partSum = new float[rows];
    acc = new float[rows * headDim];
    max = new float[rows];
    sum = new float[rows];
  }
}
