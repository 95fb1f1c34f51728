package dev.javelin.engine.model.gptoss;

import dev.javelin.engine.model.Embedding;
import dev.javelin.engine.model.Linear;
import dev.javelin.engine.model.MixtureOfExperts;
import dev.javelin.engine.model.ModelSizes;
import dev.javelin.engine.model.TensorReader;
import dev.javelin.tensor.WeightMatrix;
import java.util.ArrayList;
import java.util.List;

/** The tensors of a gpt-oss model. */
record GptOssWeights(Embedding embedding, List<Layer> layers, float[] outputNorm, WeightMatrix output) {
  /**
   * One layer.
   *
   * @param sinks [heads]: one more logit for each head's softmax
   * @param expertNorm the norm before the experts; the file calls it {@code post_attention_norm}
   */
  record Layer(
      float[] attentionNorm,
      Linear q,
      Linear k,
      Linear v,
      Linear o,
      float[] sinks,
      float[] expertNorm,
      MixtureOfExperts.Layer experts) {}

  static GptOssWeights read(TensorReader tensors, GptOssConfig config) {
    ModelSizes sizes = config.sizes();
    int embedding = sizes.embeddingLength();
    WeightMatrix table = tensors.matrix("token_embd.weight", sizes.vocabularySize(), embedding);
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < sizes.layerCount(); i++) {
      layers.add(layer(tensors, config, "blk." + i + "."));
    }
    float[] outputNorm = tensors.vector("output_norm.weight", embedding);
    WeightMatrix output =
        tensors.has("output.weight") ? tensors.matrix("output.weight", sizes.vocabularySize(), embedding) : table;
    return new GptOssWeights(new Embedding(table), layers, outputNorm, output);
  }

  private static Layer layer(TensorReader tensors, GptOssConfig config, String blk) {
    ModelSizes sizes = config.sizes();
    int embedding = sizes.embeddingLength();
    return new Layer(
        tensors.vector(blk + "attn_norm.weight", embedding),
        tensors.linear(blk + "attn_q", sizes.attentionLength(), embedding),
        tensors.linear(blk + "attn_k", sizes.kvLength(), embedding),
        tensors.linear(blk + "attn_v", sizes.kvLength(), embedding),
        tensors.linear(blk + "attn_output", embedding, sizes.attentionLength()),
        tensors.vector(blk + "attn_sinks.weight", sizes.headCount()),
        tensors.vector(blk + "post_attention_norm.weight", embedding),
        experts(tensors, config, blk));
  }

  private static MixtureOfExperts.Layer experts(TensorReader tensors, GptOssConfig config, String blk) {
    int embedding = config.sizes().embeddingLength();
    int feedForward = config.feedForwardLength();
    int experts = config.expertCount();
    return new MixtureOfExperts.Layer(
        tensors.linear(blk + "ffn_gate_inp", experts, embedding),
        tensors.matrices(blk + "ffn_gate_exps.weight", feedForward, embedding, experts),
        tensors.vector(blk + "ffn_gate_exps.bias", feedForward, experts),
        tensors.matrices(blk + "ffn_up_exps.weight", feedForward, embedding, experts),
        tensors.vector(blk + "ffn_up_exps.bias", feedForward, experts),
        tensors.matrices(blk + "ffn_down_exps.weight", embedding, feedForward, experts),
        tensors.vector(blk + "ffn_down_exps.bias", embedding, experts));
  }
}
