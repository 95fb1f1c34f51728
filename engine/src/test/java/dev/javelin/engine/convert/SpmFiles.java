package dev.javelin.engine.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.gguf.Metadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a SentencePiece vocabulary as the files it is published in. */
final class SpmFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String[] tokens;
  private final float[] scores;
  private final int[] kinds;

  SpmFiles(Metadata keys) {
    this.tokens = keys.strings("tokenizer.ggml.tokens");
    this.scores = keys.floats("tokenizer.ggml.scores");
    this.kinds = keys.ints("tokenizer.ggml.token_type");
  }

  /** A protocol buffer, with fields of each form that a reader must step over. */
  void writeModel(Path file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int id = 0; id < tokens.length; id++) {
      ByteArrayOutputStream piece = new ByteArrayOutputStream();
      message(piece, 1, tokens[id].getBytes(StandardCharsets.UTF_8));
      varint(piece, 2 << 3 | 5);
      piece.writeBytes(little(4).putFloat(scores[id]).array());
      if (kinds[id] != 1) {
        number(piece, 3, kinds[id]);
      }
      message(out, 1, piece.toByteArray());
    }
    ByteArrayOutputStream trainer = new ByteArrayOutputStream();
    message(trainer, 1, "corpus.txt".getBytes(StandardCharsets.US_ASCII));
    number(trainer, 3, 2);
    varint(trainer, 10 << 3 | 5);
    trainer.writeBytes(little(4).putFloat(0.99f).array());
    number(trainer, 40, 0);
    number(trainer, 41, 1);
    number(trainer, 42, 2);
    number(trainer, 43, -1);
    message(out, 2, trainer.toByteArray());
    ByteArrayOutputStream normalizer = new ByteArrayOutputStream();
    message(normalizer, 1, "identity".getBytes(StandardCharsets.US_ASCII));
    number(normalizer, 3, 1);
    message(out, 3, normalizer.toByteArray());
    varint(out, 200 << 3 | 1);
    out.writeBytes(new byte[8]);
    Files.write(file, out.toByteArray());
  }

  /** A BPE with byte fallback: all ways to put a token together, those of high scores first. */
  void writeJson(Path file) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    ObjectNode model = json.putObject("model").put("type", "BPE").put("byte_fallback", true);
    model.put("unk_token", "<unk>");
    ObjectNode vocabulary = model.putObject("vocab");
    ArrayNode added = json.putArray("added_tokens");
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < tokens.length; id++) {
      vocabulary.put(tokens[id], id);
      if (kinds[id] == 1) {
        ids.put(tokens[id], id);
      } else if (kinds[id] != 6) {
        added.addObject().put("id", id).put("content", tokens[id]).put("special", kinds[id] != 4);
      }
    }
    record Merge(String left, String right, float score) {}
    List<Merge> merges = new ArrayList<>();
    ids.forEach(
        (token, id) -> {
          for (int cut = 1; cut < token.length(); cut++) {
            String left = token.substring(0, cut);
            String right = token.substring(cut);
            if (ids.containsKey(left) && ids.containsKey(right)) {
              merges.add(new Merge(left, right, scores[id]));
            }
          }
        });
    merges.sort(
        Comparator.comparing((Merge m) -> -m.score)
            .thenComparing(m -> m.left + m.right)
            .thenComparing(Merge::left));
    ArrayNode list = model.putArray("merges");
    merges.forEach(merge -> list.add(merge.left + " " + merge.right));
    ObjectNode sequence = json.putObject("normalizer").put("type", "Sequence");
    ArrayNode steps = sequence.putArray("normalizers");
    steps.addObject().put("type", "Prepend").put("prepend", "\u2581");
    steps.addObject().put("type", "Replace").put("content", "\u2581");
    JSON.writeValue(file.toFile(), json);
  }

  private static void message(ByteArrayOutputStream out, int field, byte[] bytes) {
    varint(out, field << 3 | 2);
    varint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void number(ByteArrayOutputStream out, int field, long value) {
    varint(out, field << 3);
    varint(out, value);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      out.write((int) (left & 0x7f | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
