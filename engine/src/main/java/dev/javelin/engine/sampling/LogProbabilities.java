package dev.javelin.engine.sampling;

import dev.javelin.engine.TokenLogProbability;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.tensor.ops.Softmax;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How likely the model held the picked token and its rivals, by natural logarithm. Taken from the
 * logits as the model gave them, so {@link #prepare} comes before the sampler overwrites them. One
 * for each engine loop; when warm, only results are allocated.
 */
public final class LogProbabilities {
  private final Tokenizer tokenizer;
  private float[] logits = {};
  private int size;
  private double logTotal;
  private TopSelection top = new TopSelection(0);

  public LogProbabilities(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Notes logits[offset .. offset + vocabularySize) and their {@code topCount} best tokens. */
  public void prepare(float[] source, int offset, int vocabularySize, int topCount) {
    Objects.checkFromIndexSize(offset, vocabularySize, source.length);
    if (logits.length < vocabularySize) {
      logits = new float[vocabularySize];
    }
    if (top.capacity() < topCount) {
      top = new TopSelection(topCount);
    }
    size = vocabularySize;
    int best = argmax(source, offset, vocabularySize);
    // ln(sum of exp) = best logit - ln(its probability); the softmax runs in the copy, which is
    // then made again.
    System.arraycopy(source, offset, logits, 0, size);
    Softmax.apply(logits, 0, size);
    logTotal = source[offset + best] - Math.log(logits[best]);
    System.arraycopy(source, offset, logits, 0, size);
    top.select(logits, 0, size, topCount);
  }

  /** The token that was picked, with the best ones of the last {@link #prepare}. */
  public TokenLogProbability of(int token) {
    List<TokenLogProbability> best = new ArrayList<>(top.size());
    for (int rank = 0; rank < top.size(); rank++) {
      best.add(entry(top.id(rank), List.of()));
    }
    return entry(token, List.copyOf(best));
  }

  private TokenLogProbability entry(int token, List<TokenLogProbability> rivals) {
    Objects.checkIndex(token, size);
    // A model may have more rows than its vocabulary has tokens.
    byte[] bytes = token < tokenizer.vocabularySize() ? tokenizer.bytes(token) : new byte[0];
    return new TokenLogProbability(token, bytes, (float) (logits[token] - logTotal), rivals);
  }

  private static int argmax(float[] values, int offset, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (values[offset + i] > values[offset + best]) {
        best = i;
      }
    }
    return best;
  }
}
