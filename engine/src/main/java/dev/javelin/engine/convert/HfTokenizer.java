package dev.javelin.engine.convert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.ModelInvalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the keys of a byte-level BPE tokenizer from tokenizer.json, and its chat template, BOS and
 * ends from the files beside it.
 */
final class HfTokenizer {
  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int UNUSED = 5;
  private static final String PREFIX = "tokenizer.ggml.";

  private final HfFolder folder;
  private final JsonNode config;
  private final JsonNode tokenizer;
  private final JsonNode options;
  private final String[] tokens;
  private final int[] kinds;

  /**
   * Reads the vocabulary.
   *
   * @param rows of the embedding: ids without a token become unused ones
   */
  HfTokenizer(HfFolder folder, JsonNode config, int rows) throws IOException {
    this.folder = folder;
    this.config = config;
    this.tokenizer = folder.json("tokenizer.json");
    this.options = folder.optionalJson("tokenizer_config.json");
    JsonNode model = tokenizer.path("model");
    if (!model.path("type").asText("BPE").equals("BPE")
        || model.path("byte_fallback").asBoolean()) {
      throw new ModelInvalid(
          folder.path()
              + ": tokenizer.json must be a byte-level BPE: type="
              + model.path("type")
              + ", byte_fallback="
              + model.path("byte_fallback"));
    }
    this.tokens = new String[rows];
    this.kinds = new int[rows];
    for (Map.Entry<String, JsonNode> token : model.path("vocab").properties()) {
      set(token.getKey(), token.getValue().asInt(-1), NORMAL);
    }
    for (JsonNode added : tokenizer.path("added_tokens")) {
      set(
          added.path("content").asText(),
          added.path("id").asInt(-1),
          added.path("special").asBoolean() ? CONTROL : USER_DEFINED);
    }
    for (int id = 0; id < rows; id++) {
      if (tokens[id] == null) {
        set("[PAD" + id + "]", id, UNUSED);
      }
    }
  }

  private void set(String token, int id, int kind) {
    if (id < 0 || id >= tokens.length) {
      throw new ModelInvalid(
          folder.path()
              + ": a token's id must be a row of the embedding: token="
              + token
              + ", id="
              + id
              + ", rows="
              + tokens.length);
    }
    tokens[id] = token;
    kinds[id] = kind;
  }

  void write(KeySink keys) throws IOException {
    keys.put(PREFIX + "model", "gpt2");
    keys.put(PREFIX + "pre", preTokenizer());
    keys.put(PREFIX + "tokens", tokens);
    keys.put(PREFIX + "token_type", kinds);
    keys.put(PREFIX + "merges", merges());
    ids(keys, "bos", config.path("bos_token_id"));
    JsonNode ends = folder.optionalJson("generation_config.json").path("eos_token_id");
    ids(keys, "eos", ends.isMissingNode() || ends.isNull() ? config.path("eos_token_id") : ends);
    ids(keys, "padding", config.path("pad_token_id"));
    keys.put(PREFIX + "add_bos_token", addsBos());
    String template = template();
    if (template != null) {
      keys.put("tokenizer.chat_template", template);
    }
  }

  /** One id, or a list: the first is the token, all of them are ends. */
  private static void ids(KeySink keys, String name, JsonNode ids) {
    if (ids.isArray() && !ids.isEmpty()) {
      int[] all = new int[ids.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = ids.get(i).asInt();
      }
      keys.put(PREFIX + name + "_token_id", all[0]);
      keys.put(PREFIX + name + "_token_ids", all);
    } else if (ids.isInt() && ids.asInt() >= 0) {
      keys.put(PREFIX + name + "_token_id", ids.asInt());
    }
  }

  /** Each merge is "left right", or in newer files a list of the two. */
  private List<String> merges() {
    List<String> merges = new ArrayList<>();
    for (JsonNode merge : tokenizer.path("model").path("merges")) {
      merges.add(
          merge.isArray() ? merge.get(0).asText() + " " + merge.get(1).asText() : merge.asText());
    }
    return merges;
  }

  /** Told from the split's regular expression: each family has something that no other has. */
  private String preTokenizer() {
    String split = tokenizer.path("pre_tokenizer").toString();
    if (split.contains("\\\\p{Lu}\\\\p{Lt}")) {
      return "gpt-4o";
    } else if (split.contains("\\\\p{N}{1,3}")) {
      return "llama-bpe";
    } else if (split.contains("\\\\p{L}+|\\\\p{N}|")) {
      return "qwen2";
    } else if (split.contains("\"Digits\"")) {
      return "smollm";
    } else if (split.contains("\"ByteLevel\"") && !split.contains("\"Split\"")) {
      return "gpt-2";
    }
    throw new ModelInvalid(
        folder.path() + ": tokenizer.json: the way of splitting text is not known: " + split);
  }

  /** As tokenizer_config.json says, else whether the post-processor puts the BOS first. */
  private boolean addsBos() {
    if (options.path("add_bos_token").isBoolean()) {
      return options.get("add_bos_token").booleanValue();
    }
    int bos = config.path("bos_token_id").asInt(-1);
    if (bos < 0 || bos >= tokens.length) {
      return false;
    }
    List<JsonNode> processors = new ArrayList<>(List.of(tokenizer.path("post_processor")));
    tokenizer.path("post_processor").path("processors").forEach(processors::add);
    return processors.stream()
        .anyMatch(p -> p.at("/single/0/SpecialToken/id").asText("").equals(tokens[bos]));
  }

  private String template() throws IOException {
    Path file = folder.path().resolve("chat_template.jinja");
    if (Files.isRegularFile(file)) {
      return Files.readString(file);
    }
    JsonNode template = options.path("chat_template");
    for (JsonNode named : template.isArray() ? template : options.path("none")) {
      if (named.path("name").asText().equals("default")) {
        return named.path("template").asText();
      }
    }
    return template.isTextual() ? template.asText() : null;
  }
}
