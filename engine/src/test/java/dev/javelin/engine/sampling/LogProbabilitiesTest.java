package dev.javelin.engine.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.TokenLogProbability;
import dev.javelin.engine.tokenizer.TokenKind;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Log-probabilities against their formula in double precision. */
class LogProbabilitiesTest {
  @Test
  void agreesWithTheFormulaWhateverTheSamplerDoesToTheLogits() {
    Random random = new Random(4);
    LogProbabilities logProbabilities = new LogProbabilities(new NumberTokenizer(300));
    for (int size : new int[] {1, 7, 300, 40}) {
      float[] logits = new float[size + 4];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) (20 * random.nextGaussian());
      }
      double[] expected = logSoftmax(logits, 2, size);
      logProbabilities.prepare(logits, 2, size, 5);
      new Sampler(SamplingParameters.GREEDY.withTemperature(1).withTopP(0.5f), size)
          .sample(logits, 2);
      List<Integer> best =
          IntStream.range(0, size)
              .boxed()
              .sorted(Comparator.comparingDouble(id -> -expected[id]))
              .limit(5)
              .toList();
      for (int token = 0; token < size; token++) {
        TokenLogProbability result = logProbabilities.of(token);
        assertEquals(token, result.id());
        assertArrayEquals(("<" + token + ">").getBytes(StandardCharsets.UTF_8), result.bytes());
        assertEquals(
            expected[token], result.logProbability(), 1e-5 + 1e-6 * Math.abs(expected[token]));
        assertEquals(best, result.top().stream().map(TokenLogProbability::id).toList());
        for (TokenLogProbability rival : result.top()) {
          assertEquals(
              expected[rival.id()],
              rival.logProbability(),
              1e-5 + 1e-6 * Math.abs(expected[rival.id()]));
        }
      }
    }
  }

  @Test
  void hasNoBytesForRowsBeyondTheVocabulary() {
    LogProbabilities logProbabilities = new LogProbabilities(new NumberTokenizer(2));
    logProbabilities.prepare(new float[] {1, 2, 3}, 0, 3, 0);
    assertEquals(0, logProbabilities.of(2).bytes().length);
    assertTrue(logProbabilities.of(1).top().isEmpty());
  }

  private static double[] logSoftmax(float[] logits, int offset, int size) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      max = Math.max(max, logits[offset + i]);
    }
    double total = 0;
    for (int i = 0; i < size; i++) {
      total += Math.exp(logits[offset + i] - max);
    }
    double[] result = new double[size];
    for (int i = 0; i < size; i++) {
      result[i] = logits[offset + i] - max - Math.log(total);
    }
    return result;
  }

  /** Token n is written {@code <n>}; nothing else is asked of it here. */
  private record NumberTokenizer(int vocabularySize) implements Tokenizer {
    @Override
    public byte[] bytes(int id) {
      return ("<" + Objects.checkIndex(id, vocabularySize) + ">").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int[] encode(String text, boolean parseSpecial) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int[] encodePrompt(String text, boolean parseSpecial) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String decode(int[] ids) {
      throw new UnsupportedOperationException();
    }

    @Override
    public TokenKind kind(int id) {
      return TokenKind.NORMAL;
    }

    @Override
    public OptionalInt id(String tokenText) {
      return OptionalInt.empty();
    }

    @Override
    public OptionalInt bos() {
      return OptionalInt.empty();
    }

    @Override
    public OptionalInt eos() {
      return OptionalInt.empty();
    }

    @Override
    public boolean addsBos() {
      return false;
    }

    @Override
    public boolean addsEos() {
      return false;
    }

    @Override
    public Set<Integer> endTokens() {
      return Set.of();
    }
  }
}
