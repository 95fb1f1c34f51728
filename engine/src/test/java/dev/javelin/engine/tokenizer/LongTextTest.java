package dev.javelin.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an attacker would send: long runs that make backtracking patterns and naive merging take
 * forever.
 */
final class LongTextTest {
  static Stream<Arguments> runs() {
    Stream<String> all =
        Stream.of(
            "a",
            "A",
            " ",
            "1",
            "\u0301",
            "\n",
            "\t",
            "-",
            "'",
            "'s",
            "abcdefghij",
            "aA",
            "\u00AAA",
            " \n",
            "<|",
            "\u4F60",
            "<|start",
            "\u0301A");
    return Stream.concat(
        all.map(run -> Arguments.of("gpt-4o", TiktokenVocabularies.o200k(), run)),
        Stream.of("a", " ", "1", "\u0301")
            .map(run -> Arguments.of("gpt-2", TiktokenVocabularies.gpt2(), run)));
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("runs")
  void takesLinearTimeForOneMegabyteOfOneThing(String name, Tokenizer tokenizer, String run) {
    LinearTime.check(tokenizer, run);
  }

  @Test
  void mergesTheSameByScanningAndByHeap() {
    // the pieces of GPT-2 split on spaces only: words around the length at which the algorithm
    // changes
    Random random = new Random(7);
    Tokenizer gpt2 = TiktokenVocabularies.gpt2();
    Vocabulary vocabulary = TiktokenVocabularies.gpt2Vocabulary();
    TokenIndex tokens = tokens(gpt2);
    MergeTable merges = new MergeTable(vocabulary.merges(), tokens);
    for (int n = 0; n < 2000; n++) {
      StringBuilder word = new StringBuilder();
      for (int i = 55 + random.nextInt(20); i > 0; i--) {
        word.append("etaoinshrdlu".charAt(random.nextInt(12)));
      }
      assertEquals(
          mergeNaively(word.toString(), tokens, merges),
          Arrays.toString(gpt2.encode(word.toString(), false)));
    }
  }

  private static TokenIndex tokens(Tokenizer tokenizer) {
    ByteStrings.Builder bytes = new ByteStrings.Builder(tokenizer.vocabularySize(), 1 << 20);
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      bytes.add(tokenizer.bytes(id), 0, tokenizer.bytes(id).length);
    }
    TokenIndex index = new TokenIndex(bytes.build());
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      index.add(id);
    }
    return index;
  }

  private static String mergeNaively(String ascii, TokenIndex tokens, MergeTable merges) {
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < ascii.length(); i++) {
      ids.add(tokens.find(new byte[] {(byte) ascii.charAt(i)}, 0, 1));
    }
    while (true) {
      int best = -1;
      int bestRank = MergeTable.NO_RANK;
      for (int i = 0; i + 1 < ids.size(); i++) {
        int rank = merges.rank(ids.get(i), ids.get(i + 1));
        if (rank < bestRank) {
          best = i;
          bestRank = rank;
        }
      }
      if (best < 0) {
        return ids.toString();
      }
      ids.set(best, merges.merged(bestRank));
      ids.remove(best + 1);
    }
  }
}
