package dev.javelin.engine.tokenizer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The vocabularies of gpt-oss and GPT-2 made from tiktoken's public ranks, which lie in the jtokkit
 * jar: a token's id is its rank, and a file's merge list follows from the ranks.
 */
public final class TiktokenVocabularies {
  /** Number of the published gpt-oss file's merges. */
  static final int O200K_MERGES = 446_189;

  private static final Map<Integer, String> HARMONY =
      Map.ofEntries(
          Map.entry(199998, "<|startoftext|>"),
          Map.entry(199999, "<|endoftext|>"),
          Map.entry(200002, "<|return|>"),
          Map.entry(200003, "<|constrain|>"),
          Map.entry(200005, "<|channel|>"),
          Map.entry(200006, "<|start|>"),
          Map.entry(200007, "<|end|>"),
          Map.entry(200008, "<|message|>"),
          Map.entry(200012, "<|call|>"));

  private TiktokenVocabularies() {}

  private static final class O200k {
    private static final Vocabulary VOCABULARY = makeO200k();
    private static final Tokenizer TOKENIZER = Tokenizers.of(VOCABULARY);
  }

  private static final class Gpt2 {
    private static final Vocabulary VOCABULARY = makeGpt2();
    private static final Tokenizer TOKENIZER = Tokenizers.of(VOCABULARY);
  }

  public static Tokenizer o200k() {
    return O200k.TOKENIZER;
  }

  static Vocabulary o200kVocabulary() {
    return O200k.VOCABULARY;
  }

  public static Tokenizer gpt2() {
    return Gpt2.TOKENIZER;
  }

  static Vocabulary gpt2Vocabulary() {
    return Gpt2.VOCABULARY;
  }

  private static Vocabulary makeO200k() {
    List<byte[]> ranks = ranks("o200k_base");
    List<String> tokens = stored(ranks);
    int[] kinds = new int[201_088];
    Arrays.fill(kinds, 0, ranks.size(), TokenKind.NORMAL.ggufId());
    for (int id = ranks.size(); id < kinds.length; id++) {
      tokens.add(HARMONY.getOrDefault(id, "<|reserved_" + id + "|>"));
      kinds[id] = TokenKind.CONTROL.ggufId();
    }
    return vocabulary("gpt-4o", "gpt-oss", tokens, kinds, allSplits(ranks), 199998, 200002);
  }

  private static Vocabulary makeGpt2() {
    List<byte[]> ranks = ranks("r50k_base");
    List<String> tokens = stored(ranks);
    tokens.add("<|endoftext|>");
    int[] kinds = new int[tokens.size()];
    Arrays.fill(kinds, TokenKind.NORMAL.ggufId());
    kinds[kinds.length - 1] = TokenKind.CONTROL.ggufId();
    return vocabulary(
        "gpt-2", "gpt2", tokens, kinds, paths(ranks), kinds.length - 1, kinds.length - 1);
  }

  private static Vocabulary vocabulary(
      String pre,
      String architecture,
      List<String> tokens,
      int[] kinds,
      List<String> merges,
      int bos,
      int eos) {
    Vocabulary.Options options =
        new Vocabulary.Options(
            OptionalInt.of(bos),
            OptionalInt.of(eos),
            OptionalInt.empty(),
            new int[0],
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return new Vocabulary(
        "gpt2",
        Optional.of(pre),
        architecture,
        ByteStrings.of(tokens),
        kinds,
        new float[0],
        ByteStrings.of(merges),
        options);
  }

  private static List<byte[]> ranks(String name) {
    List<byte[]> tokens = new ArrayList<>();
    try (InputStream in =
            ClassLoader.getSystemResourceAsStream("com/knuddels/jtokkit/" + name + ".tiktoken");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      for (String line; (line = lines.readLine()) != null; ) {
        int space = line.indexOf(' ');
        if (Integer.parseInt(line.substring(space + 1)) != tokens.size()) {
          throw new IllegalStateException("ranks must be in order: " + line);
        }
        tokens.add(Base64.getDecoder().decode(line.substring(0, space)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tokens;
  }

  private static List<String> stored(List<byte[]> ranks) {
    List<String> tokens = new ArrayList<>(ranks.size());
    for (byte[] token : ranks) {
      tokens.add(ByteAlphabet.encode(token));
    }
    return tokens;
  }

  private static Map<String, Integer> byStoredForm(List<String> stored) {
    Map<String, Integer> ids = HashMap.newHashMap(stored.size());
    for (int id = 0; id < stored.size(); id++) {
      ids.put(stored.get(id), id);
    }
    return ids;
  }

  /**
   * Every pair of tokens that makes a token, by the rank of the result and then of the left part.
   */
  private static List<String> allSplits(List<byte[]> ranks) {
    List<String> stored = stored(ranks);
    Map<String, Integer> ids = byStoredForm(stored);
    List<String> merges = new ArrayList<>(O200K_MERGES);
    List<int[]> pairs = new ArrayList<>();
    for (String token : stored) {
      pairs.clear();
      for (int cut = 1; cut < token.length(); cut++) {
        Integer left = ids.get(token.substring(0, cut));
        Integer right = left == null ? null : ids.get(token.substring(cut));
        if (right != null) {
          pairs.add(new int[] {left, right});
        }
      }
      pairs.sort(Comparator.<int[]>comparingInt(pair -> pair[0]).thenComparingInt(pair -> pair[1]));
      for (int[] pair : pairs) {
        merges.add(stored.get(pair[0]) + " " + stored.get(pair[1]));
      }
    }
    return merges;
  }

  /** For every token the one pair that it is made of when only earlier ranks exist. */
  private static List<String> paths(List<byte[]> ranks) {
    List<String> stored = stored(ranks);
    Map<String, Integer> ids = byStoredForm(stored);
    List<String> merges = new ArrayList<>();
    for (int rank = 0; rank < stored.size(); rank++) {
      List<String> parts = new ArrayList<>(List.of(stored.get(rank).split("")));
      while (parts.size() > 2) {
        List<Integer> joint = new ArrayList<>();
        for (int i = 0; i + 1 < parts.size(); i++) {
          Integer id = ids.get(parts.get(i) + parts.get(i + 1));
          joint.add(id != null && id < rank ? id : Integer.MAX_VALUE);
        }
        int best = joint.indexOf(Collections.min(joint));
        parts.set(best, parts.get(best) + parts.remove(best + 1));
      }
      if (parts.size() == 2) {
        merges.add(parts.get(0) + " " + parts.get(1));
      }
    }
    return merges;
  }
}
