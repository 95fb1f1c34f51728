package dev.javelin.engine.model.gptoss;

import dev.javelin.engine.model.Architectures;
import dev.javelin.engine.model.Batch;
import dev.javelin.engine.model.CachedAttention;
import dev.javelin.engine.model.Compute;
import dev.javelin.engine.model.HiddenState;
import dev.javelin.engine.model.Hyperparameters;
import dev.javelin.engine.model.KvLayouts;
import dev.javelin.engine.model.MixtureOfExperts;
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
 * The forward pass of gpt-oss, in reading order.
 *
 * <pre>
 *   x = embedding(token)
 *   for each layer:  x += O(attention(norm(x)))          sinks; every other layer sees a window only
 *                    x += experts(norm(x))               4 of 32, clamped SwiGLU
 *   logits = output(norm(x))
 * </pre>
 */
public final class GptOssModel implements Model {
  /**
   * The numbers of a gpt-oss model.
   *
   * @param feedForward of one expert
   * @param window positions that a windowed layer sees, the row's own included
   * @param windowPattern every n-th layer is full, the others see a window; 2: layers 1, 3, 5 ...
   *     are full
   * @param rope over split halves, with YaRN
   */
  record Config(
      ModelSizes sizes,
      int expertCount,
      int expertsUsed,
      int feedForward,
      int window,
      int windowPattern,
      float epsilon,
      Rope rope) {
    private static final float DEFAULT_BETA_FAST = 32;
    private static final float DEFAULT_BETA_SLOW = 1;

    static Config read(Hyperparameters keys, int vocabularySize, boolean yarnRounded) {
      ModelSizes sizes = keys.sizes(vocabularySize);
      int experts = keys.count("expert_count");
      int used = keys.count("expert_used_count");
      if (used > experts) {
        throw keys.invalid("expert_used_count", "must be at most expert_count " + experts, used);
      }
      return new Config(
          sizes,
          experts,
          used,
          keys.count(
              "expert_feed_forward_length",
              keys.count("feed_forward_length", sizes.embeddingLength())),
          keys.count("attention.sliding_window"),
          keys.count("attention.sliding_window_pattern", Architectures.GPT_OSS.windowPattern()),
          keys.number("attention.layer_norm_rms_epsilon"),
          rope(keys, sizes, yarnRounded));
    }

    private static Rope rope(Hyperparameters keys, ModelSizes sizes, boolean yarnRounded) {
      String scaling = keys.text("rope.scaling.type", "yarn");
      if (!scaling.equals("yarn")) {
        throw keys.invalid("rope.scaling.type", "must be yarn", scaling);
      }
      return Rope.yarn(
          Rope.Pairing.SPLIT_HALVES,
          keys.rotaryDim(sizes.headDim()),
          keys.number("rope.freq_base"),
          keys.number("rope.scaling.factor"),
          keys.count("rope.scaling.original_context_length", sizes.contextLength()),
          keys.number("rope.scaling.yarn_beta_fast", DEFAULT_BETA_FAST),
          keys.number("rope.scaling.yarn_beta_slow", DEFAULT_BETA_SLOW),
          keys.number("rope.scaling.yarn_ext_factor", 1),
          keys.number("rope.scaling.yarn_attn_factor", 1),
          yarnRounded);
    }

    /** Positions that a layer sees; 0: all. */
    int window(int layer) {
      return Architectures.isWindowed(layer, windowPattern) ? window : 0;
    }
  }

  /** What one of the two dialects calls the tensors that the other calls otherwise. */
  record Names(String attentionOutput, String sinks, String expertNorm) {
    static final Names PUBLISHED =
        new Names("attn_output", "attn_sinks.weight", "post_attention_norm.weight");
    static final Names OLLAMA = new Names("attn_out", "attn_sinks", "ffn_norm.weight");
  }

  /** The tensors of a gpt-oss model. */
  record Weights(Trunk trunk, List<Layer> layers) {
    /**
     * One layer.
     *
     * @param sinks [heads]: one more logit for each head's softmax
     */
    record Layer(
        float[] attentionNorm,
        SelfAttention.Layer attention,
        float[] sinks,
        float[] expertNorm,
        MixtureOfExperts.Layer experts) {}

    static Weights read(TensorReader tensors, Config config, Names names) {
      ModelSizes sizes = config.sizes();
      int embedding = sizes.embeddingLength();
      List<Layer> layers = new ArrayList<>();
      for (int i = 0; i < sizes.layerCount(); i++) {
        String blk = "blk." + i + ".";
        layers.add(
            new Layer(
                tensors.vector(blk + "attn_norm.weight", embedding),
                SelfAttention.Layer.read(tensors, blk, sizes, names.attentionOutput()),
                tensors.vector(blk + names.sinks(), sizes.headCount()),
                tensors.vector(blk + names.expertNorm(), embedding),
                MixtureOfExperts.Layer.read(
                    tensors, blk, config.expertCount(), embedding, config.feedForward())));
      }
      return new Weights(Trunk.read(tensors, sizes), layers);
    }
  }

  private final Config config;
  private final Weights weights;
  private final KvLayout layout;
  private final HiddenState state;
  private final SelfAttention attention;
  private final CachedAttention.Settings[] settings;
  private final MixtureOfExperts experts;
  private final OutputHead head;

  private GptOssModel(Config config, Weights weights, Compute compute, ModelOptions options) {
    ModelSizes sizes = config.sizes();
    int rows = options.maxRows();
    this.config = config;
    this.weights = weights;
    this.layout = KvLayouts.of(sizes, options, config::window);
    this.state = new HiddenState(compute.pool(), sizes, rows);
    CachedAttention cached = new CachedAttention(compute.pool(), sizes, layout.format(), rows);
    this.attention = new SelfAttention(compute, sizes, state, cached, config.epsilon());
    this.settings = new CachedAttention.Settings[sizes.layerCount()];
    for (int i = 0; i < settings.length; i++) {
      settings[i] =
          new CachedAttention.Settings(
              config.rope(),
              sizes.attentionScale(),
              config.window(i),
              weights.layers().get(i).sinks());
    }
    this.experts =
        new MixtureOfExperts(
            compute,
            config.expertCount(),
            config.expertsUsed(),
            sizes.embeddingLength(),
            config.feedForward(),
            Activations::gptOssSwiGlu,
            rows);
    this.head = weights.trunk().head(config.epsilon(), compute, options);
  }

  /** Reads a model from its file. */
  public static Model load(
      GgufFile file,
      String architecture,
      int vocabularySize,
      Compute compute,
      ModelOptions options) {
    return load(file, architecture, vocabularySize, Names.PUBLISHED, compute, options);
  }

  /** Reads a file in the dialect that Ollama's converter wrote from October 2025 to May 2026. */
  public static Model loadOllama(
      GgufFile file,
      String architecture,
      int vocabularySize,
      Compute compute,
      ModelOptions options) {
    return load(file, architecture, vocabularySize, Names.OLLAMA, compute, options);
  }

  private static Model load(
      GgufFile file,
      String architecture,
      int vocabularySize,
      Names names,
      Compute compute,
      ModelOptions options) {
    Config config =
        Config.read(new Hyperparameters(file, architecture), vocabularySize, options.yarnRounded());
    TensorReader tensors = new TensorReader(file);
    Weights weights = Weights.read(tensors, config, names);
    tensors.finish();
    return new GptOssModel(config, weights, compute, options);
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
      attention.run(w.attention(), i, settings[i], batch);
      state.addDelta(rows);
      state.rmsNorm(w.expertNorm(), config.epsilon(), rows);
      experts.run(w.experts(), state.normed, rows, state.x);
    }
    head.logits(batch, state.x, logits);
  }
}
