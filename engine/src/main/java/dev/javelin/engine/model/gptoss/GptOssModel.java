package dev.javelin.engine.model.gptoss;

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
import dev.javelin.engine.model.TensorReader;
import dev.javelin.gguf.GgufFile;
import dev.javelin.kvcache.KvLayout;
import dev.javelin.tensor.ops.Activations;
import dev.javelin.tensor.ops.MatMul;
import dev.javelin.tensor.ops.RmsNorm;

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
  private final GptOssConfig config;
  private final GptOssWeights weights;
  private final KvLayout layout;
  private final HiddenState state;
  private final CachedAttention attention;
  private final CachedAttention.Settings[] settings;
  private final MixtureOfExperts experts;
  private final OutputHead head;
  private final MatMul matMul;

  private GptOssModel(GptOssConfig config, GptOssWeights weights, Compute compute, ModelOptions options) {
    ModelSizes sizes = config.sizes();
    this.config = config;
    this.weights = weights;
    this.matMul = compute.matMul();
    this.layout = KvLayouts.of(sizes, options, config::window);
    this.state = new HiddenState(compute.pool(), sizes, options.maxRows());
    this.attention = new CachedAttention(compute.pool(), sizes, layout.format(), options.maxRows());
    this.settings = new CachedAttention.Settings[sizes.layerCount()];
    float scale = (float) (1 / Math.sqrt(sizes.headDim()));
    for (int i = 0; i < settings.length; i++) {
      settings[i] =
          new CachedAttention.Settings(config.rope(), scale, config.window(i), weights.layers().get(i).sinks());
    }
    this.experts =
        new MixtureOfExperts(
            compute.pool(),
            matMul,
            config.expertCount(),
            config.expertsUsed(),
            sizes.embeddingLength(),
            config.feedForwardLength(),
            Activations::gptOssSwiGlu,
            options.maxRows());
    this.head = new OutputHead(weights.output(), this::outputNorm, matMul, options.maxLogitRows());
  }

  /** Reads a model from its file. */
  public static Model load(GgufFile file, String architecture, int vocabularySize, Compute compute, ModelOptions options) {
    Hyperparameters keys = new Hyperparameters(file, architecture);
    GptOssConfig config = GptOssConfig.read(keys, architecture, vocabularySize, options.yarnRounded());
    TensorReader tensors = new TensorReader(file);
    GptOssWeights weights = GptOssWeights.read(tensors, config);
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
    weights.embedding().lookUp(batch, state.x);
    for (int layer = 0; layer < config.sizes().layerCount() && !batch.isAbandoned(); layer++) {
      attention(layer, batch);
      feedForward(layer, batch);
    }
    head.logits(batch, state.x, logits);
  }

  /** x += O(attention(norm(x))). */
  private void attention(int layer, Batch batch) {
    GptOssWeights.Layer w = weights.layers().get(layer);
    int rows = batch.rowCount();
    state.rmsNorm(w.attentionNorm(), config.epsilon(), rows);
    matMul.add(w.q().weight(), state.normed, 0, rows, state.q, 0);
    matMul.add(w.k().weight(), state.normed, 0, rows, state.k, 0);
    matMul.add(w.v().weight(), state.normed, 0, rows, state.v, 0);
    matMul.run();
    w.q().addBias(state.q, rows);
    w.k().addBias(state.k, rows);
    w.v().addBias(state.v, rows);
    attention.run(layer, settings[layer], batch, state.q, state.k, state.v, state.attended);
    matMul.multiply(w.o().weight(), state.attended, rows, state.delta);
    state.addDelta(w.o().bias(), rows);
  }

  /** x += experts(norm(x)). */
  private void feedForward(int layer, Batch batch) {
    GptOssWeights.Layer w = weights.layers().get(layer);
    int rows = batch.rowCount();
    state.rmsNorm(w.expertNorm(), config.epsilon(), rows);
    experts.run(w.experts(), state.normed, rows, state.x);
  }

  private void outputNorm(float[] x, int offset, float[] out, int outOffset) {
    RmsNorm.apply(x, offset, weights.outputNorm(), config.epsilon(), config.sizes().embeddingLength(), out, outOffset);
  }
}
