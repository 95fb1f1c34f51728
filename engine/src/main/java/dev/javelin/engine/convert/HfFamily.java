package dev.javelin.engine.convert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.ModelInvalid;
import dev.javelin.gguf.GgufWriter;
import java.util.function.BiConsumer;

/** Which family a checkpoint belongs to, and its sizes as GGUF's keys. */
enum HfFamily {
  LLAMA("llama"),
  QWEN2("qwen2"),
  GPT2("gpt2"),
  GPT_OSS("gpt-oss"),
  BITNET("bitnet"),
  BITNET_B158("bitnet-b1.58");

  private static final float DEFAULT_ROPE_BASE = 10_000;

  private final String architecture;

  HfFamily(String architecture) {
    this.architecture = architecture;
  }

  String architecture() {
    return architecture;
  }

  static HfFamily of(HfFolder folder, JsonNode config) {
    String type = config.path("model_type").asText();
    return switch (type) {
      case "llama" -> LLAMA;
      case "qwen2" -> QWEN2;
      case "gpt2" -> GPT2;
      case "gpt_oss" -> GPT_OSS;
      case "bitnet" -> config.path("hidden_act").asText().equals("relu2") ? BITNET_B158 : BITNET;
      default ->
          throw new ModelInvalid(
              folder.path()
                  + ": config.json: model_type must be llama, qwen2, gpt2, gpt_oss or bitnet: "
                  + type);
    };
  }

  void write(GgufWriter writer, JsonNode config) {
    BiConsumer<String, Object> put = (key, value) -> writer.put(architecture + "." + key, value);
    if (this == GPT2) {
      writeGpt2(put, config);
      return;
    }
    int embedding = count(config, "hidden_size");
    int heads = count(config, "num_attention_heads");
    put.accept("context_length", count(config, "max_position_embeddings"));
    put.accept("embedding_length", embedding);
    put.accept("block_count", count(config, "num_hidden_layers"));
    put.accept("feed_forward_length", count(config, "intermediate_size"));
    put.accept("attention.head_count", heads);
    put.accept("attention.head_count_kv", config.path("num_key_value_heads").asInt(heads));
    put.accept(
        "attention.layer_norm_rms_epsilon", (float) config.path("rms_norm_eps").asDouble(1e-5));
    put.accept("rope.freq_base", ropeBase(config));
    int headDim = headDim(config);
    put.accept("rope.dimension_count", headDim);
    if (headDim * heads != embedding) {
      put.accept("attention.key_length", headDim);
      put.accept("attention.value_length", headDim);
    }
    scaling(put, config);
    if (this == GPT_OSS) {
      put.accept("expert_count", count(config, "num_local_experts"));
      put.accept("expert_used_count", count(config, "num_experts_per_tok"));
      put.accept("expert_feed_forward_length", count(config, "intermediate_size"));
      put.accept("attention.sliding_window", count(config, "sliding_window"));
    }
  }

  private static void writeGpt2(BiConsumer<String, Object> put, JsonNode config) {
    int embedding = count(config, "n_embd");
    put.accept(
        "context_length",
        config.has("n_ctx") ? count(config, "n_ctx") : count(config, "n_positions"));
    put.accept("embedding_length", embedding);
    put.accept("block_count", count(config, "n_layer"));
    put.accept("feed_forward_length", config.path("n_inner").asInt(4 * embedding));
    put.accept("attention.head_count", count(config, "n_head"));
    put.accept(
        "attention.layer_norm_epsilon", (float) config.path("layer_norm_epsilon").asDouble(1e-5));
  }

  private void scaling(BiConsumer<String, Object> put, JsonNode config) {
    JsonNode scaling = ropeScaling(config);
    String type = ropeType(scaling);
    switch (type) {
      case "default", "llama3" -> {} // llama3's factors are a tensor
      case "linear" -> {
        put.accept("rope.scaling.type", type);
        put.accept("rope.scaling.factor", (float) scaling.path("factor").asDouble(1));
      }
      case "yarn" -> {
        if (this != GPT_OSS) {
          throw new ModelInvalid("config.json: rope_scaling yarn is for gpt_oss only: " + scaling);
        }
        put.accept("rope.scaling.type", type);
        put.accept("rope.scaling.factor", (float) scaling.path("factor").asDouble(1));
        put.accept(
            "rope.scaling.original_context_length",
            count(scaling, "original_max_position_embeddings"));
        put.accept("rope.scaling.yarn_beta_fast", (float) scaling.path("beta_fast").asDouble(32));
        put.accept("rope.scaling.yarn_beta_slow", (float) scaling.path("beta_slow").asDouble(1));
      }
      default ->
          throw new ModelInvalid(
              "config.json: rope_scaling must be linear, llama3 or yarn: " + scaling);
    }
  }

  /** Newer files have one object for base and scaling. */
  static JsonNode ropeScaling(JsonNode config) {
    return config.path("rope_parameters").isObject()
        ? config.get("rope_parameters")
        : config.path("rope_scaling");
  }

  static String ropeType(JsonNode scaling) {
    return scaling.path("rope_type").asText(scaling.path("type").asText("default"));
  }

  static float ropeBase(JsonNode config) {
    JsonNode base =
        config.has("rope_theta")
            ? config.get("rope_theta")
            : config.path("rope_parameters").path("rope_theta");
    return (float) base.asDouble(DEFAULT_ROPE_BASE);
  }

  static int headDim(JsonNode config) {
    int given = config.path("head_dim").asInt(0);
    return given > 0 ? given : count(config, "hidden_size") / count(config, "num_attention_heads");
  }

  static int count(JsonNode config, String key) {
    int count = config.path(key).asInt(0);
    if (count < 1) {
      throw new ModelInvalid("config.json: " + key + " must be 1 or more: " + config.path(key));
    }
    return count;
  }
}
