package dev.javelin.engine.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.javelin.engine.ModelInvalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the keys of a tokenizer: its vocabulary, and the chat template, BOS and ends from the
 * files beside it.
 */
final class HfTokenizer {
  private static final String PREFIX = "tokenizer.ggml.";

  private final HfFolder folder;
  private final JsonNode config;
  private final JsonNode tokenizer;
  private final JsonNode options;
  private final HfVocabulary vocabulary;

  /**
   * Reads the vocabulary.
   *
   * @param rows of the embedding: ids without a token become unused ones
   */
  HfTokenizer(HfFolder folder, JsonNode config, int rows) throws IOException {
    this.folder = folder;
    this.config = config;
    this.tokenizer = folder.optionalJson("tokenizer.json");
    this.options = folder.optionalJson("tokenizer_config.json");
    this.vocabulary = new HfVocabulary(folder, rows);
  }

  void write(KeySink keys) throws IOException {
    keys.put(PREFIX + "model", vocabulary.isSentencePiece() ? "llama" : "gpt2");
    keys.put(PREFIX + "pre", vocabulary.isSentencePiece() ? "default" : preTokenizer());
    vocabulary.write(PREFIX, keys);
    if (!vocabulary.isSentencePiece()) {
      keys.put(PREFIX + "merges", merges());
    }
    ids(keys, "bos", id("bos_token_id", vocabulary.bos()));
    JsonNode ends = folder.optionalJson("generation_config.json").path("eos_token_id");
    ids(
        keys,
        "eos",
        ends.isMissingNode() || ends.isNull() ? id("eos_token_id", vocabulary.eos()) : ends);
    ids(keys, "padding", config.path("pad_token_id"));
    keys.put(PREFIX + "add_bos_token", addsBos());
    if (options.path("add_eos_token").asBoolean(false)) {
      keys.put(PREFIX + "add_eos_token", true);
    }
    String template = template();
    if (template != null) {
      keys.put("tokenizer.chat_template", template);
    }
  }

  /** As config.json says, else as the vocabulary does. */
  private JsonNode id(String key, int otherwise) {
    JsonNode said = config.path(key);
    return said.isMissingNode() || said.isNull() ? IntNode.valueOf(otherwise) : said;
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
    String bos = vocabulary.token(id("bos_token_id", vocabulary.bos()).asInt(-1));
    if (bos == null || tokenizer.isMissingNode()) {
      return bos != null; // SentencePiece alone says nothing; those who use it put a BOS
    }
    List<JsonNode> processors = new ArrayList<>(List.of(tokenizer.path("post_processor")));
    tokenizer.path("post_processor").path("processors").forEach(processors::add);
    return processors.stream()
        .anyMatch(p -> p.at("/single/0/SpecialToken/id").asText("").equals(bos));
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
