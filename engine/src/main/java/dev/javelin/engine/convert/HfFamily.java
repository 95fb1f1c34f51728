package dev.javelin.engine.convert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.ModelInvalid;

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

  void write(KeySink keys, JsonNode config) {
    KeySink own = (key, value) -> keys.put(architecture + "." + key, value);
    if (this == GPT2) {
      writeGpt2(own, config);
      return;
    }
    int embedding = count(config, "hidden_size");
    int heads = count(config, "num_attention_heads");
    own.put("context_length", count(config, "max_position_embeddings"));
    own.put("embedding_length", embedding);
    own.put("block_count", count(config, "num_hidden_layers"));
    own.put("feed_forward_length", count(config, "intermediate_size"));
    own.put("attention.head_count", heads);
    own.put("attention.head_count_kv", config.path("num_key_value_heads").asInt(heads));
    own.put("attention.layer_norm_rms_epsilon", (float) config.path("rms_norm_eps").asDouble(1e-5));
    own.put("rope.freq_base", ropeBase(config));
    int headDim = headDim(config);
    own.put("rope.dimension_count", headDim);
    if (headDim * heads != embedding) {
      own.put("attention.key_length", headDim);
      own.put("attention.value_length", headDim);
    }
    scaling(own, config);
    if (this == GPT_OSS) {
      own.put("expert_count", count(config, "num_local_experts"));
      own.put("expert_used_count", count(config, "num_experts_per_tok"));
      own.put("expert_feed_forward_length", count(config, "intermediate_size"));
      own.put("attention.sliding_window", count(config, "sliding_window"));
    }
  }

  private static void writeGpt2(KeySink own, JsonNode config) {
    int embedding = count(config, "n_embd");
    own.put(
        "context_length",
        config.has("n_ctx") ? count(config, "n_ctx") : count(config, "n_positions"));
    own.put("embedding_length", embedding);
    own.put("block_count", count(config, "n_layer"));
    own.put("feed_forward_length", config.path("n_inner").asInt(4 * embedding));
    own.put("attention.head_count", count(config, "n_head"));
    own.put(
        "attention.layer_norm_epsilon", (float) config.path("layer_norm_epsilon").asDouble(1e-5));
  }

  private void scaling(KeySink own, JsonNode config) {
    JsonNode scaling = ropeScaling(config);
    String type = ropeType(scaling);
    switch (type) {
      case "default", "llama3" -> {} // llama3's factors are a tensor
      case "linear" -> {
        own.put("rope.scaling.type", type);
        own.put("rope.scaling.factor", (float) scaling.path("factor").asDouble(1));
      }
      case "yarn" -> {
        if (this != GPT_OSS) {
          throw new ModelInvalid("config.json: rope_scaling yarn is for gpt_oss only: " + scaling);
        }
        own.put("rope.scaling.type", type);
        own.put("rope.scaling.factor", (float) scaling.path("factor").asDouble(1));
        own.put(
            "rope.scaling.original_context_length",
            count(scaling, "original_max_position_embeddings"));
        own.put("rope.scaling.yarn_beta_fast", (float) scaling.path("beta_fast").asDouble(32));
        own.put("rope.scaling.yarn_beta_slow", (float) scaling.path("beta_slow").asDouble(1));
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
