package dev.javelin.engine.convert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.ModelInvalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The tokens of a checkpoint by id. They come from one of three files:
 *
 * <ul>
 *   <li>tokenizer.json with a byte-level BPE: tokens and merges;
 *   <li>tokenizer.model: SentencePiece's tokens, each with the score that says what is merged
 *       first;
 *   <li>tokenizer.json with byte fallback, which is SentencePiece written as merges: a token's
 *       score is minus the place of its first merge, so that the order is the same.
 * </ul>
 */
final class HfVocabulary {
  static final int NORMAL = 1;
  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
  static final int UNUSED = 5;
  static final int BYTE = 6;

  /** Of tokens that nothing is merged to. */
  private static final float NEVER = -1e6f;

  private static final String BYTE_TOKEN = "<0x[0-9A-Fa-f]{2}>";

  private final HfFolder folder;
  private final JsonNode json;
  private final String[] tokens;
  private final int[] kinds;
  private final float[] scores;
  private final boolean sentencePiece;
  private int unknown = -1;
  private int bos = -1;
  private int eos = -1;
  private boolean addsSpacePrefix;

  /**
   * Reads them.
   *
   * @param rows of the embedding: ids without a token become unused ones
   */
  HfVocabulary(HfFolder folder, int rows) throws IOException {
    this.folder = folder;
    this.json = folder.optionalJson("tokenizer.json");
    this.tokens = new String[rows];
    this.kinds = new int[rows];
    this.scores = new float[rows];
    Path model = folder.path().resolve("tokenizer.model");
    boolean fallback = json.path("model").path("byte_fallback").asBoolean();
    this.sentencePiece = fallback || json.isMissingNode() && Files.isRegularFile(model);
    if (sentencePiece && Files.isRegularFile(model)) {
      pieces(SentencePieceModel.read(model));
    } else {
      vocabulary(folder.json("tokenizer.json").path("model"));
    }
    added();
    for (int id = 0; id < rows; id++) {
      if (tokens[id] == null) {
        set("[PAD" + id + "]", id, UNUSED, NEVER);
      }
    }
  }

  private void pieces(SentencePieceModel model) {
    for (int id = 0; id < model.pieces().size(); id++) {
      SentencePieceModel.Piece piece = model.pieces().get(id);
      set(piece.text(), id, piece.type(), piece.score());
    }
    unknown = model.unknown();
    bos = model.bos();
    eos = model.eos();
    addsSpacePrefix = json.isMissingNode() ? model.addsSpacePrefix() : spacePrefixInJson();
  }

  private void vocabulary(JsonNode model) {
    if (!model.path("type").asText("BPE").equals("BPE")) {
      throw new ModelInvalid(
          folder.path() + ": tokenizer.json must be a BPE: type=" + model.path("type"));
    }
    for (Map.Entry<String, JsonNode> token : model.path("vocab").properties()) {
      String text = token.getKey();
      boolean isByte = sentencePiece && text.matches(BYTE_TOKEN);
      set(text, token.getValue().asInt(-1), isByte ? BYTE : NORMAL, 0);
    }
    if (sentencePiece) {
      scoresFromMerges(model);
      addsSpacePrefix = spacePrefixInJson();
    }
  }

  private void scoresFromMerges(JsonNode model) {
    Map<String, Integer> place = new HashMap<>();
    int next = 0;
    for (JsonNode merge : model.path("merges")) {
      String merged =
          merge.isArray()
              ? merge.get(0).asText() + merge.get(1).asText()
              : merge.asText().replace(" ", "");
      place.putIfAbsent(merged, next++);
    }
    for (int id = 0; id < tokens.length; id++) {
      if (tokens[id] != null && kinds[id] == NORMAL) {
        boolean single = tokens[id].codePointCount(0, tokens[id].length()) == 1;
        Integer rank = place.get(tokens[id]);
        scores[id] = rank != null ? -rank : single ? 0 : NEVER;
        if (tokens[id].equals(model.path("unk_token").asText(""))) {
          kinds[id] = UNKNOWN;
          unknown = id;
        }
      }
    }
  }

  /** Either a normalizer that prepends, or a pre-tokenizer that does unless it is told not to. */
  private boolean spacePrefixInJson() {
    String normalizer = json.path("normalizer").toString();
    JsonNode metaspace = json.path("pre_tokenizer");
    return normalizer.contains("\"Prepend\"")
        || metaspace.path("type").asText().equals("Metaspace")
            && metaspace.path("add_prefix_space").asBoolean(true)
            && !metaspace.path("prepend_scheme").asText().equals("never");
  }

  /** Tokens that were added to a trained vocabulary, or are marked in it. */
  private void added() throws IOException {
    for (JsonNode token : json.path("added_tokens")) {
      int id = token.path("id").asInt(-1);
      boolean own = id >= 0 && id < kinds.length && (kinds[id] == UNKNOWN || kinds[id] == BYTE);
      int kind = token.path("special").asBoolean() ? CONTROL : USER_DEFINED;
      set(token.path("content").asText(), id, own ? kinds[id] : kind, 0);
    }
    if (json.isMissingNode()) {
      for (Map.Entry<String, JsonNode> token :
          folder.optionalJson("added_tokens.json").properties()) {
        set(token.getKey(), token.getValue().asInt(-1), CONTROL, 0);
      }
    }
  }

  private void set(String token, int id, int kind, float score) {
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
    scores[id] = score;
  }

  String token(int id) {
    return id < 0 || id >= tokens.length ? null : tokens[id];
  }

  boolean isSentencePiece() {
    return sentencePiece;
  }

  /** BOS as the model file says; -1 if it says nothing. */
  int bos() {
    return bos;
  }

  /** EOS as the model file says; -1 if it says nothing. */
  int eos() {
    return eos;
  }

  void write(String prefix, KeySink keys) {
    keys.put(prefix + "tokens", tokens);
    keys.put(prefix + "token_type", kinds);
    if (sentencePiece) {
      keys.put(prefix + "scores", Arrays.copyOf(scores, scores.length));
      keys.put(prefix + "add_space_prefix", addsSpacePrefix);
      if (unknown >= 0) {
        keys.put(prefix + "unknown_token_id", unknown);
      }
    }
  }
}
