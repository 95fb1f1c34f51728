package dev.javelin.engine.model;

import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.ops.MatMul;
import dev.javelin.tensor.ops.Softmax;
import dev.javelin.tensor.ops.VectorOps;
import dev.javelin.tensor.parallel.Part;
import dev.javelin.tensor.parallel.WorkerPool;
import java.util.Arrays;

/**
 * A feed-forward layer of many experts, of which each row uses a few. Rows are grouped by expert,
 * so that each expert's weights are read once per step.
 *
 * <pre>
 *   row        0      1      2            rows of each expert side by side:
 *   experts   {3,0}  {3,1}  {0,3}         slot     0   1 | 2 | 3   4   5
 *                                         expert   0   0 | 1 | 3   3   3
 *                                         row      0   2 | 1 | 0   1   2
 * </pre>
 */
public final class MixtureOfExperts {
  /**
   * Combines gate and up to the hidden state, in place: {@code gate[offset .. offset + size)} is
   * overwritten.
   */
  public interface Activation {
    void apply(float[] gate, float[] up, float[] out, int offset, int size);
  }

  /**
   * The weights of one layer; biases may be null.
   *
   * @param gate {embedding, feedForward} each, as are the ups; downs are {feedForward, embedding}
   * @param gateBias [experts, feedForward]
   * @param downBias [experts, embedding]
   */
  public record Layer(
      Linear router,
      WeightMatrix[] gate,
      float[] gateBias,
      WeightMatrix[] up,
      float[] upBias,
      WeightMatrix[] down,
      float[] downBias) {
    /**
     * The usual names: {@code ffn_gate_inp} and {@code ffn_{gate,up,down}_exps}, with biases where
     * there are any.
     */
    public static Layer read(
        TensorReader tensors, String blk, int experts, int embedding, int feedForward) {
      return new Layer(
          tensors.linear(blk + "ffn_gate_inp", experts, embedding),
          tensors.matrices(blk + "ffn_gate_exps.weight", feedForward, embedding, experts),
          tensors.optionalVector(blk + "ffn_gate_exps.bias", feedForward, experts),
          tensors.matrices(blk + "ffn_up_exps.weight", feedForward, embedding, experts),
          tensors.optionalVector(blk + "ffn_up_exps.bias", feedForward, experts),
          tensors.matrices(blk + "ffn_down_exps.weight", embedding, feedForward, experts),
          tensors.optionalVector(blk + "ffn_down_exps.bias", embedding, experts));
    }
  }

  private final int expertCount;
  private final int usedCount;
  private final int embedding;
  private final int feedForward;
  private final Activation activation;
  private final MatMul matMul;
  private final WorkerPool pool;
  private final Rows rows;
  private final Rows.Task gatherTask = this::gather;
  private final Rows.Task activateTask = this::activate;
  private final Rows.Task combineTask = this::combine;

  private final float[] routerLogits; // [rows, experts]
  private final int[] chosen; // [rows, used]: expert
  private final float[] share; // [rows, used]: its weight
  private final int[] slotOf; // [rows, used]: where its input lies
  private final int[] expertStart; // [experts + 1]: first slot of each expert
  private final int[] rowOfSlot; // [slots]
  private final int[] expertOfSlot; // [slots]
  private final float[] gathered; // [slots, embedding]
  private final float[] gate; // [slots, feedForward]
  private final float[] up; // [slots, feedForward]
  private final float[] down; // [slots, embedding]

  // The step in progress, for the row tasks.
  private Layer layer;
  private float[] input;
  private float[] output;

  public MixtureOfExperts(
      Compute compute,
      int expertCount,
      int usedCount,
      int embedding,
      int feedForward,
      Activation activation,
      int maxRows) {
    this.expertCount = expertCount;
    this.usedCount = usedCount;
    this.embedding = embedding;
    this.feedForward = feedForward;
    this.activation = activation;
    this.matMul = compute.matMul();
    this.pool = compute.pool();
    this.rows = new Rows(pool);
    int slots = Math.multiplyExact(maxRows, usedCount);
    this.routerLogits = new float[Math.multiplyExact(maxRows, expertCount)];
    this.chosen = new int[slots];
    this.share = new float[slots];
    this.slotOf = new int[slots];
    this.expertStart = new int[expertCount + 1];
    this.rowOfSlot = new int[slots];
    this.expertOfSlot = new int[slots];
    this.gathered = new float[Math.multiplyExact(slots, embedding)];
    this.gate = new float[Math.multiplyExact(slots, feedForward)];
    this.up = new float[Math.multiplyExact(slots, feedForward)];
    this.down = new float[Math.multiplyExact(slots, embedding)];
  }

  /**
   * @param x [rows, embedding]: the normed input
   * @param residual [rows, embedding]: the experts' weighted sum is added to it
   */
  public void run(Layer layer, float[] x, int rowCount, float[] residual) {
    this.layer = layer;
    this.input = x;
    this.output = residual;
    matMul.multiply(layer.router().weight(), x, rowCount, routerLogits);
    layer.router().addBias(routerLogits, rowCount);
    long clock = pool.clock();
    for (int row = 0; row < rowCount; row++) {
      choose(row);
    }
    groupByExpert(rowCount);
    pool.alone(Part.ROUTER, clock);
    int slots = rowCount * usedCount;

    rows.each(slots, gatherTask);
    for (int expert = 0; expert < expertCount; expert++) {
      int first = expertStart[expert];
      int count = expertStart[expert + 1] - first;
      if (count > 0) {
        matMul.add(
            layer.gate()[expert], gathered, first * embedding, count, gate, first * feedForward);
        matMul.add(layer.up()[expert], gathered, first * embedding, count, up, first * feedForward);
      }
    }
    matMul.run();
    rows.each(slots, activateTask);
    for (int expert = 0; expert < expertCount; expert++) {
      int first = expertStart[expert];
      int count = expertStart[expert + 1] - first;
      if (count > 0) {
        matMul.add(layer.down()[expert], gate, first * feedForward, count, down, first * embedding);
      }
    }
    matMul.run();
    rows.each(rowCount, combineTask);
  }

  /**
   * The largest router logits of a row, best first, and the softmax over them. A softmax over all
   * experts whose chosen shares are then scaled to sum 1 (Qwen3) gives the same numbers.
   */
  private void choose(int row) {
    int from = row * expertCount;
    int to = row * usedCount;
    for (int n = 0; n < usedCount; n++) {
      int best = -1;
      for (int expert = 0; expert < expertCount; expert++) {
        boolean better = best < 0 || routerLogits[from + expert] > routerLogits[from + best];
        if (better && !isChosen(to, n, expert)) {
          best = expert;
        }
      }
      chosen[to + n] = best;
      share[to + n] = routerLogits[from + best];
    }
    Softmax.apply(share, to, usedCount);
  }

  private boolean isChosen(int from, int count, int expert) {
    for (int i = 0; i < count; i++) {
      if (chosen[from + i] == expert) {
        return true;
      }
    }
    return false;
  }

  /**
   * A counting sort of all (row, choice) pairs by expert; within an expert the rows keep their
   * order.
   */
  private void groupByExpert(int rowCount) {
    Arrays.fill(expertStart, 0);
    int slots = rowCount * usedCount;
    for (int i = 0; i < slots; i++) {
      expertStart[chosen[i] + 1]++;
    }
    for (int expert = 0; expert < expertCount; expert++) {
      expertStart[expert + 1] += expertStart[expert];
    }
    for (int i = 0; i < slots; i++) {
      int slot = expertStart[chosen[i]]++;
      slotOf[i] = slot;
      rowOfSlot[slot] = i / usedCount;
      expertOfSlot[slot] = chosen[i];
    }
    // Each start has moved to the next expert's start: move them back.
    System.arraycopy(expertStart, 0, expertStart, 1, expertCount);
    expertStart[0] = 0;
  }

  private void gather(int slot) {
    System.arraycopy(input, rowOfSlot[slot] * embedding, gathered, slot * embedding, embedding);
  }

  private void activate(int slot) {
    int offset = slot * feedForward;
    int expert = expertOfSlot[slot];
    if (layer.gateBias() != null) {
      VectorOps.add(gate, offset, layer.gateBias(), expert * feedForward, feedForward);
      VectorOps.add(up, offset, layer.upBias(), expert * feedForward, feedForward);
    }
    activation.apply(gate, up, gate, offset, feedForward);
  }

  private void combine(int row) {
    for (int n = 0; n < usedCount; n++) {
      int i = row * usedCount + n;
      int offset = slotOf[i] * embedding;
      if (layer.downBias() != null) {
        VectorOps.add(down, offset, layer.downBias(), chosen[i] * embedding, embedding);
      }
      VectorOps.addScaled(output, row * embedding, down, offset, embedding, share[i]);
    }
  }
}
