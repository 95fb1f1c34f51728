package dev.javelin.engine.model.llama;

import dev.javelin.engine.model.Embedding;
import dev.javelin.engine.model.Linear;
import dev.javelin.engine.model.ModelSizes;
import dev.javelin.engine.model.TensorReader;
import dev.javelin.tensor.WeightMatrix;
import java.util.ArrayList;
import java.util.List;

/** The tensors of a Llama model. */
record LlamaWeights(Embedding embedding, List<Layer> layers, float[] outputNorm, WeightMatrix output) {
  /** One layer. */
  record Layer(
      float[] attentionNorm,
      Linear q,
      Linear k,
      Linear v,
      Linear o,
      float[] feedForwardNorm,
      Linear gate,
      Linear up,
      Linear down) {}

  static LlamaWeights read(TensorReader tensors, LlamaConfig config) {
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
    return new LlamaWeights(new Embedding(table), layers, outputNorm, output);
  }

  private static Layer layer(TensorReader tensors, LlamaConfig config, String blk) {
    ModelSizes sizes = config.sizes();
    int embedding = sizes.embeddingLength();
    int feedForward = config.feedForwardLength();
    return new Layer(
        tensors.vector(blk + "attn_norm.weight", embedding),
        tensors.linear(blk + "attn_q", sizes.attentionLength(), embedding),
        tensors.linear(blk + "attn_k", sizes.kvLength(), embedding),
        tensors.linear(blk + "attn_v", sizes.kvLength(), embedding),
        tensors.linear(blk + "attn_output", embedding, sizes.attentionLength()),
        tensors.vector(blk + "ffn_norm.weight", embedding),
        tensors.linear(blk + "ffn_gate", feedForward, embedding),
        tensors.linear(blk + "ffn_up", feedForward, embedding),
        tensors.linear(blk + "ffn_down", embedding, feedForward));
  }
}
