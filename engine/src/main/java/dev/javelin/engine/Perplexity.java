package dev.javelin.engine;

import dev.javelin.engine.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * How well a model predicts a text, as llama.cpp measures it: the text's tokens are cut into chunks
 * of one context, each chunk begins anew (with BOS in place of its first token if the model adds
 * BOS), and the tokens of its second half are scored. A rest that fills no chunk is left out. Also
 * tells how far one model's predictions are from another's.
 */
public final class Perplexity {
  /** The chunk that published figures use. */
  public static final int USUAL_CONTEXT = 512;

  private static final int LEAST_CONTEXT = 4;

  private final LanguageModel model;
  private final int contextTokens;

  /**
   * Prepares to measure one model.
   *
   * @param contextTokens tokens of a chunk, at most the model's context
   */
  public Perplexity(LanguageModel model, int contextTokens) {
    if (contextTokens < LEAST_CONTEXT) {
      throw new InvalidRequest(
          "a chunk must have %d tokens or more: %d".formatted(LEAST_CONTEXT, contextTokens));
    }
    if (contextTokens > model.info().contextLength()) {
      throw new InvalidRequest(
          "a chunk must fit the model's context: chunk=%d, context=%d"
              .formatted(contextTokens, model.info().contextLength()));
    }
    this.model = model;
    this.contextTokens = contextTokens;
  }

  /** The tokens of a text as it is scored: special tokens in it are plain text. */
  public int[] ids(String text) {
    return model.tokenizer().encodePrompt(text, false);
  }

  /** How many chunks the tokens fill. */
  public int chunkCount(int[] ids) {
    if (ids.length < contextTokens) {
      throw new InvalidRequest(
          "the text must fill a chunk: tokens=%d, chunk=%d; take a longer text or shorter chunks"
              .formatted(ids.length, contextTokens));
    }
    return ids.length / contextTokens;
  }

  /** Scores all chunks; {@code progress} hears the score so far after each. */
  public PerplexityScore score(int[] ids, Consumer<PerplexityScore> progress) {
    RunningMean sum = new RunningMean();
    int vocabulary = model.info().vocabularySize();
    for (int chunk = 0; chunk < chunkCount(ids); chunk++) {
      int[] part = chunk(model.tokenizer(), ids, chunk);
      model.evaluate(
          fed(part),
          true,
          (position, logits, offset) -> {
            if (isScored(position)) {
              sum.add(-LogSoftmax.of(logits, offset, vocabulary, part[position + 1]));
            }
          });
      progress.accept(sum.score(chunk + 1));
    }
    return sum.score(chunkCount(ids));
  }

  /**
   * Scores all chunks with this model and with a base model, and compares what the two predict at
   * each scored position. Holds the base's logits of half a chunk.
   *
   * @throws InvalidRequest if the models do not share a vocabulary size
   */
  public PredictionDivergence compare(
      LanguageModel base, int[] ids, Consumer<PredictionDivergence> progress) {
    int vocabulary = model.info().vocabularySize();
    if (vocabulary != base.info().vocabularySize()) {
      throw new InvalidRequest(
          "models that are compared must have one vocabulary: tokens=%d, base=%d"
              .formatted(vocabulary, base.info().vocabularySize()));
    }
    if (contextTokens > base.info().contextLength()) {
      throw new InvalidRequest(
          "a chunk must fit the base model's context: chunk=%d, context=%d"
              .formatted(contextTokens, base.info().contextLength()));
    }
    DivergenceSum sum = new DivergenceSum(vocabulary);
    float[][] expected = new float[contextTokens][]; // [position][vocabulary], the scored ones
    for (int chunk = 0; chunk < chunkCount(ids); chunk++) {
      int[] part = chunk(model.tokenizer(), ids, chunk);
      base.evaluate(
          fed(part),
          true,
          (position, logits, offset) -> {
            if (isScored(position)) {
              expected[position] = Arrays.copyOfRange(logits, offset, offset + vocabulary);
            }
          });
      model.evaluate(
          fed(part),
          true,
          (position, logits, offset) -> {
            if (isScored(position)) {
              sum.add(expected[position], logits, offset, part[position + 1]);
            }
          });
      progress.accept(sum.divergence(chunk + 1));
    }
    return sum.divergence(chunkCount(ids));
  }

  /** All but the last token: it is predicted, but what follows it is not in the chunk. */
  private static int[] fed(int[] chunk) {
    return Arrays.copyOf(chunk, chunk.length - 1);
  }

  private boolean isScored(int position) {
    return position >= contextTokens / 2;
  }

  private int[] chunk(Tokenizer tokenizer, int[] ids, int chunk) {
    int[] part = Arrays.copyOfRange(ids, chunk * contextTokens, (chunk + 1) * contextTokens);
    if (tokenizer.addsBos() && tokenizer.bos().isPresent()) {
      part[0] = tokenizer.bos().getAsInt();
    }
    return part;
  }
}
