package dev.javelin.engine.model.gpt2;

import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.model.Batch;
import dev.javelin.engine.model.CachedAttention;
import dev.javelin.engine.model.Compute;
import dev.javelin.engine.model.Embedding;
import dev.javelin.engine.model.HiddenState;
import dev.javelin.engine.model.Hyperparameters;
import dev.javelin.engine.model.KvLayouts;
import dev.javelin.engine.model.Linear;
import dev.javelin.engine.model.Model;
import dev.javelin.engine.model.ModelOptions;
import dev.javelin.engine.model.ModelSizes;
import dev.javelin.engine.model.OutputHead;
import dev.javelin.engine.model.TensorReader;
import dev.javelin.gguf.GgufFile;
import dev.javelin.kvcache.KvLayout;
import dev.javelin.tensor.WeightMatrix;
import dev.javelin.tensor.ops.Activations;
import dev.javelin.tensor.ops.LayerNorm;
import dev.javelin.tensor.ops.MatMul;
import dev.javelin.tensor.ops.VectorOps;
import java.util.ArrayList;
import java.util.List;

/**
 * The forward pass of GPT-2, in reading order. Positions are learned: beyond the last one there is
 * no answer.
 *
 * <pre>
 *   x = embedding(token) + embedding(position)
 *   for each layer:  x += O(attention(norm(x)))          one matrix gives q, k and v
 *                    x += down(gelu(up(norm(x))))
 *   logits = embedding^T(norm(x))
 * </pre>
 */
public final class Gpt2Model implements Model {
  /** The numbers of a GPT-2 model. */
  record Config(ModelSizes sizes, int feedForward, float epsilon) {
    static Config read(Hyperparameters keys, int vocabularySize) {
      return new Config(
          keys.sizes(vocabularySize),
          keys.count("feed_forward_length"),
          keys.number("attention.layer_norm_epsilon"));
    }
  }

  /** Weight and bias of a LayerNorm, [embedding] each. */
  record Norm(float[] weight, float[] bias) {
    static Norm read(TensorReader tensors, String name, int size) {
      return new Norm(tensors.vector(name + ".weight", size), tensors.vector(name + ".bias", size));
    }
  }

  /**
   * The tensors of a GPT-2 model.
   *
   * @param positions {embedding, contextLength}
   */
  record Weights(
      Embedding embedding,
      WeightMatrix positions,
      List<Layer> layers,
      Norm outputNorm,
      WeightMatrix output) {
    /**
     * One layer.
     *
     * @param qkv {embedding, 3 embedding}: rows of q, then k, then v
     */
    record Layer(
        Norm attentionNorm, Linear qkv, Linear o, Norm feedForwardNorm, Linear up, Linear down) {}

    static Weights read(TensorReader tensors, Config config) {
      ModelSizes sizes = config.sizes();
      int embedding = sizes.embeddingLength();
      WeightMatrix table = tensors.matrix("token_embd.weight", sizes.vocabularySize(), embedding);
      WeightMatrix positions =
          tensors.matrix("position_embd.weight", sizes.contextLength(), embedding);
      List<Layer> layers = new ArrayList<>();
      for (int i = 0; i < sizes.layerCount(); i++) {
        String blk = "blk." + i + ".";
        layers.add(
            new Layer(
                Norm.read(tensors, blk + "attn_norm", embedding),
                tensors.linear(
                    blk + "attn_qkv", sizes.attentionLength() + 2 * sizes.kvLength(), embedding),
                tensors.linear(blk + "attn_output", embedding, sizes.attentionLength()),
                Norm.read(tensors, blk + "ffn_norm", embedding),
                tensors.linear(blk + "ffn_up", config.feedForward(), embedding),
                tensors.linear(blk + "ffn_down", embedding, config.feedForward())));
      }
      Norm outputNorm = Norm.read(tensors, "output_norm", embedding);
      return new Weights(
          new Embedding(table),
          positions,
          layers,
          outputNorm,
          tensors.outputOr(table, sizes.vocabularySize(), embedding));
    }
  }

  private final Config config;
  private final Weights weights;
  private final KvLayout layout;
  private final HiddenState state;
  private final CachedAttention attention;
  private final CachedAttention.Settings settings;
  private final OutputHead head;
  private final MatMul matMul;
  private final float[] qkv; // [rows, q then k then v]
  private final float[] hidden; // [rows, feedForward]
  private final float[] position; // [embedding]
  private final HiddenState.RowFunction gelu = this::gelu;

  private Gpt2Model(Config config, Weights weights, Compute compute, ModelOptions options) {
    ModelSizes sizes = config.sizes();
    int rows = options.maxRows();
    if (options.contextLength() > sizes.contextLength()) {
      throw new InvalidRequest(
          "this model has positions for "
              + sizes.contextLength()
              + " tokens: context length "
              + options.contextLength());
    }
    this.config = config;
    this.weights = weights;
    this.matMul = compute.matMul();
    this.layout = KvLayouts.of(sizes, options, layer -> 0);
    this.state = new HiddenState(compute.pool(), sizes, rows);
    this.attention = new CachedAttention(compute.pool(), sizes, layout.format(), rows);
    this.settings = new CachedAttention.Settings(null, sizes.attentionScale(), 0, null);
    this.qkv = new float[Math.multiplyExact(rows, sizes.attentionLength() + 2 * sizes.kvLength())];
    this.hidden = new float[Math.multiplyExact(rows, config.feedForward())];
    this.position = new float[sizes.embeddingLength()];
    this.head = new OutputHead(weights.output(), this::outputNorm, matMul, options.maxLogitRows());
  }

  /** Reads a model from its file. */
  public static Model load(
      GgufFile file,
      String architecture,
      int vocabularySize,
      Compute compute,
      ModelOptions options) {
    Config config = Config.read(new Hyperparameters(file, architecture), vocabularySize);
    TensorReader tensors = new TensorReader(file);
    Weights weights = Weights.read(tensors, config);
    tensors.finish();
    return new Gpt2Model(config, weights, compute, options);
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
    addPositions(batch);
    for (int i = 0; i < weights.layers().size() && !batch.isAbandoned(); i++) {
      attention(weights.layers().get(i), i, batch);
      feedForward(weights.layers().get(i), batch.rowCount());
    }
    head.logits(batch, state.x, logits);
  }

  private void addPositions(Batch batch) {
    int embedding = config.sizes().embeddingLength();
    for (int row = 0; row < batch.rowCount(); row++) {
      weights.positions().row(batch.position(row), position, 0);
      VectorOps.add(state.x, row * embedding, position, 0, embedding);
    }
  }

  /** x += O(attention(norm(x))). */
  private void attention(Weights.Layer w, int layer, Batch batch) {
    int rows = batch.rowCount();
    norm(w.attentionNorm(), rows);
    matMul.multiply(w.qkv().weight(), state.normed, rows, qkv);
    w.qkv().addBias(qkv, rows);
    int q = config.sizes().attentionLength();
    int kv = config.sizes().kvLength();
    for (int row = 0; row < rows; row++) {
      int from = row * (q + 2 * kv);
      System.arraycopy(qkv, from, state.q, row * q, q);
      System.arraycopy(qkv, from + q, state.k, row * kv, kv);
      System.arraycopy(qkv, from + q + kv, state.v, row * kv, kv);
    }
    attention.run(layer, settings, batch, state.q, state.k, state.v, state.attended);
    matMul.multiply(w.o().weight(), state.attended, rows, state.delta);
    w.o().addBias(state.delta, rows);
    state.addDelta(rows);
  }

  /** x += down(gelu(up(norm(x)))). */
  private void feedForward(Weights.Layer w, int rows) {
    norm(w.feedForwardNorm(), rows);
    matMul.multiply(w.up().weight(), state.normed, rows, hidden);
    w.up().addBias(hidden, rows);
    state.eachRow(rows, config.feedForward(), gelu);
    matMul.multiply(w.down().weight(), hidden, rows, state.delta);
    w.down().addBias(state.delta, rows);
    state.addDelta(rows);
  }

  private void gelu(int offset, int size) {
    Activations.gelu(hidden, offset, size);
  }

  private void norm(Norm norm, int rows) {
    int embedding = config.sizes().embeddingLength();
    for (int row = 0; row < rows; row++) {
      int at = row * embedding;
      LayerNorm.apply(
          state.x, at, norm.weight(), norm.bias(), config.epsilon(), embedding, state.normed, at);
    }
  }

  private void outputNorm(float[] x, int offset, float[] out, int outOffset) {
    Norm norm = weights.outputNorm();
    LayerNorm.apply(
        x,
        offset,
        norm.weight(),
        norm.bias(),
        config.epsilon(),
        config.sizes().embeddingLength(),
        out,
        outOffset);
  }
}
