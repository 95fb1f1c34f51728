package dev.javelin.engine.model.qwen2;

import dev.javelin.engine.model.Batch;
import dev.javelin.engine.model.CachedAttention;
import dev.javelin.engine.model.Compute;
import dev.javelin.engine.model.GatedFeedForward;
import dev.javelin.engine.model.HiddenState;
import dev.javelin.engine.model.Hyperparameters;
import dev.javelin.engine.model.KvLayouts;
import dev.javelin.engine.model.Model;
import dev.javelin.engine.model.ModelOptions;
import dev.javelin.engine.model.ModelSizes;
import dev.javelin.engine.model.OutputHead;
import dev.javelin.engine.model.SelfAttention;
import dev.javelin.engine.model.TensorReader;
import dev.javelin.engine.model.Trunk;
import dev.javelin.gguf.GgufFile;
import dev.javelin.kvcache.KvLayout;
import dev.javelin.tensor.ops.Activations;
import dev.javelin.tensor.ops.Rope;
import java.util.ArrayList;
import java.util.List;

/**
 * The forward pass of Qwen2, in reading order: Llama with biases on q, k and v.
 *
 * <pre>
 *   x = embedding(token)
 *   for each layer:  x += O(attention(norm(x)))
 *                    x += down(silu(gate(norm(x))) * up(norm(x)))
 *   logits = output(norm(x))
 * </pre>
 */
public final class Qwen2Model implements Model {
  /**
   * The numbers of a Qwen2 model.
   *
   * @param rope over split halves
   */
  record Config(ModelSizes sizes, int feedForward, float epsilon, Rope rope) {
    private static final float DEFAULT_ROPE_BASE = 1_000_000;

    static Config read(Hyperparameters keys, int vocabularySize) {
      ModelSizes sizes = keys.sizes(vocabularySize);
      int rotary = keys.rotaryDim(sizes.headDim());
      Rope rope =
          Rope.plain(
              Rope.Pairing.SPLIT_HALVES,
              rotary,
              keys.number("rope.freq_base", DEFAULT_ROPE_BASE),
              null,
              keys.linearRopeFactor());
      return new Config(
          sizes,
          keys.count("feed_forward_length"),
          keys.number("attention.layer_norm_rms_epsilon"),
          rope);
    }
  }

  /** The tensors of a Qwen2 model; q, k and v have biases. */
  record Weights(Trunk trunk, List<Layer> layers) {
    record Layer(
        float[] attentionNorm,
        SelfAttention.Layer attention,
        float[] feedForwardNorm,
        GatedFeedForward.Layer feedForward) {}

    static Weights read(TensorReader tensors, Config config) {
      ModelSizes sizes = config.sizes();
      int embedding = sizes.embeddingLength();
      List<Layer> layers = new ArrayList<>();
      for (int i = 0; i < sizes.layerCount(); i++) {
        String blk = "blk." + i + ".";
        layers.add(
            new Layer(
                tensors.vector(blk + "attn_norm.weight", embedding),
                SelfAttention.Layer.read(tensors, blk, sizes),
                tensors.vector(blk + "ffn_norm.weight", embedding),
                GatedFeedForward.Layer.read(tensors, blk, embedding, config.feedForward())));
      }
      return new Weights(Trunk.read(tensors, sizes), layers);
    }
  }

  private final Config config;
  private final Weights weights;
  private final KvLayout layout;
  private final HiddenState state;
  private final SelfAttention attention;
  private final CachedAttention.Settings settings;
  private final GatedFeedForward feedForward;
  private final OutputHead head;

  private Qwen2Model(Config config, Weights weights, Compute compute, ModelOptions options) {
    ModelSizes sizes = config.sizes();
    int rows = options.maxRows();
    this.config = config;
    this.weights = weights;
    this.layout = KvLayouts.of(sizes, options, layer -> 0);
    this.state = new HiddenState(compute.pool(), sizes, rows);
    CachedAttention cached = new CachedAttention(compute.pool(), sizes, layout.format(), rows);
    this.attention = new SelfAttention(compute, sizes, state, cached, config.epsilon());
    this.settings = new CachedAttention.Settings(config.rope(), sizes.attentionScale(), 0, null);
    this.feedForward =
        new GatedFeedForward(
            compute, state, config.feedForward(), rows, Activations::swiGlu, config.epsilon());
    this.head = weights.trunk().head(config.epsilon(), compute, options);
  }

  /** Reads a model from its file. */
  public static Model load(
      GgufFile file,
      String architecture,
      int vocabularySize,
      Compute compute,
      ModelOptions options) {
    TensorReader tensors = new TensorReader(file);
    Config config = Config.read(new Hyperparameters(file, architecture), vocabularySize);
    Weights weights = Weights.read(tensors, config);
    tensors.finish();
    return new Qwen2Model(config, weights, compute, options);
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
    int rows = batch.rowCount();
    weights.trunk().embedding().lookUp(batch, state.x);
    for (int i = 0; i < weights.layers().size() && !batch.isAbandoned(); i++) {
      Weights.Layer w = weights.layers().get(i);
      state.rmsNorm(w.attentionNorm(), config.epsilon(), rows);
      attention.run(w.attention(), i, settings, batch);
      state.addDelta(rows);
      state.rmsNorm(w.feedForwardNorm(), config.epsilon(), rows);
      feedForward.run(w.feedForward(), rows);
      state.addDelta(rows);
    }
    head.logits(batch, state.x, logits);
  }
}
