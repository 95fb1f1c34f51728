package dev.javelin.engine.model.llama;

import dev.javelin.engine.model.Batch;
import dev.javelin.engine.model.CachedAttention;
import dev.javelin.engine.model.Compute;
import dev.javelin.engine.model.HiddenState;
import dev.javelin.engine.model.Hyperparameters;
import dev.javelin.engine.model.KvLayouts;
import dev.javelin.engine.model.Model;
import dev.javelin.engine.model.ModelOptions;
import dev.javelin.engine.model.ModelSizes;
import dev.javelin.engine.model.OutputHead;
import dev.javelin.engine.model.TensorReader;
import dev.javelin.gguf.GgufFile;
import dev.javelin.kvcache.KvLayout;
import dev.javelin.tensor.ops.Activations;
import dev.javelin.tensor.ops.MatMul;
import dev.javelin.tensor.ops.RmsNorm;

/**
 * The forward pass of Llama, in reading order.
 *
 * <pre>
 *   x = embedding(token)
 *   for each layer:  x += O(attention(norm(x)))
 *                    x += down(silu(gate(norm(x))) * up(norm(x)))
 *   logits = output(norm(x))
 * </pre>
 */
public final class LlamaModel implements Model {
  private final LlamaConfig config;
  private final LlamaWeights weights;
  private final KvLayout layout;
  private final HiddenState state;
  private final CachedAttention attention;
  private final CachedAttention.Settings settings;
  private final OutputHead head;
  private final MatMul matMul;
  private final float[] gate; // [rows, feedForward]
  private final float[] up; // [rows, feedForward]
  private final HiddenState.RowFunction swiGlu = this::swiGlu;

  private LlamaModel(LlamaConfig config, LlamaWeights weights, Compute compute, ModelOptions options) {
    ModelSizes sizes = config.sizes();
    this.config = config;
    this.weights = weights;
    this.matMul = compute.matMul();
    this.layout = KvLayouts.of(sizes, options, layer -> 0);
    this.state = new HiddenState(compute.pool(), sizes, options.maxRows());
    this.attention = new CachedAttention(compute.pool(), sizes, layout.format(), options.maxRows());
    this.settings = new CachedAttention.Settings(config.rope(), (float) (1 / Math.sqrt(sizes.headDim())), 0, null);
    this.gate = new float[Math.multiplyExact(options.maxRows(), config.feedForwardLength())];
    this.up = new float[gate.length];
    this.head = new OutputHead(weights.output(), this::outputNorm, matMul, options.maxLogitRows());
  }

  /** Reads a model from its file. */
  public static Model load(GgufFile file, String architecture, int vocabularySize, Compute compute, ModelOptions options) {
    TensorReader tensors = new TensorReader(file);
    LlamaConfig config =
        LlamaConfig.read(new Hyperparameters(file, architecture), tensors, architecture, vocabularySize);
    LlamaWeights weights = LlamaWeights.read(tensors, config);
    tensors.finish();
    return new LlamaModel(config, weights, compute, options);
  }

  @Override
  public ModelSizes sizes() {
    return config.sizes();
  }

  @Override
  public KvLayout kvLayout() {
    return layout;
  }

  @Override
  public void forward(Batch batch, float[] logits) {
    weights.embedding().lookUp(batch, state.x);
    for (int layer = 0; layer < config.sizes().layerCount() && !batch.isAbandoned(); layer++) {
      attention(layer, batch);
      feedForward(layer, batch);
    }
    head.logits(batch, state.x, logits);
  }

  /** x += O(attention(norm(x))). */
  private void attention(int layer, Batch batch) {
    LlamaWeights.Layer w = weights.layers().get(layer);
    int rows = batch.rowCount();
    state.rmsNorm(w.attentionNorm(), config.epsilon(), rows);
    matMul.add(w.q().weight(), state.normed, 0, rows, state.q, 0);
    matMul.add(w.k().weight(), state.normed, 0, rows, state.k, 0);
    matMul.add(w.v().weight(), state.normed, 0, rows, state.v, 0);
    matMul.run();
    w.q().addBias(state.q, rows);
    w.k().addBias(state.k, rows);
    w.v().addBias(state.v, rows);
    attention.run(layer, settings, batch, state.q, state.k, state.v, state.attended);
    matMul.multiply(w.o().weight(), state.attended, rows, state.delta);
    state.addDelta(w.o().bias(), rows);
  }

  /** x += down(silu(gate(norm(x))) * up(norm(x))). */
  private void feedForward(int layer, Batch batch) {
    LlamaWeights.Layer w = weights.layers().get(layer);
    int rows = batch.rowCount();
    state.rmsNorm(w.feedForwardNorm(), config.epsilon(), rows);
    matMul.add(w.gate().weight(), state.normed, 0, rows, gate, 0);
    matMul.add(w.up().weight(), state.normed, 0, rows, up, 0);
    matMul.run();
    w.gate().addBias(gate, rows);
    w.up().addBias(up, rows);
    state.eachRow(rows, config.feedForwardLength(), swiGlu);
    matMul.multiply(w.down().weight(), gate, rows, state.delta);
    state.addDelta(w.down().bias(), rows);
  }

  private void swiGlu(int offset, int size) {
    Activations.swiGlu(gate, up, gate, offset, size);
  }

  private void outputNorm(float[] x, int offset, float[] out, int outOffset) {
    RmsNorm.apply(x, offset, weights.outputNorm(), config.epsilon(), config.sizes().embeddingLength(), out, outOffset);
  }
}
