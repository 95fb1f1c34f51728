package dev.javelin.engine;

import dev.javelin.engine.Validation.Check;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.engine.tokenizer.TokenizerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Tries a model of this process out: each step of a generation for itself, then the whole. */
final class Trial {
  private static final String TEXT = "The quick brown fox jumps over the lazy dog. The";
  private static final String QUESTION = "What is 2 + 2?";
  private static final int TOKENS = 16;
  private static final int SHOWN = 40;

  private final LanguageModel model;
  private final List<Check> checks = new ArrayList<>();

  Trial(LanguageModel model) {
    this.model = model;
  }

  Validation run() {
    check("tokenizer", this::tokenizer);
    check("logits", this::logits);
    check("generation", this::generation);
    check("end of answers", this::ends);
    if (model.promptFormat().isPresent()) {
      check("chat", this::chat);
    }
    return new Validation(checks);
  }

  /** A step says what it found, or throws what is wrong. */
  private void check(String name, Supplier<String> step) {
    try {
      checks.add(new Check(name, step.get(), true));
    } catch (Fault | EngineException | TokenizerException e) {
      checks.add(new Check(name, e.getMessage(), false));
    }
  }

  private String tokenizer() {
    int[] ids = model.tokenizer().encode(TEXT, false);
    String back = model.tokenizer().decode(ids);
    require(back.strip().equals(TEXT), "a text of ASCII comes back as another: \"" + back + "\"");
    return ids.length + " tokens of " + model.tokenizer().vocabularySize() + " kinds, and back";
  }

  private String logits() {
    int[] counts = new int[3]; // rows, rows with NaN or infinity, rows where all are equal
    long nanos =
        model.evaluate(
            prompt(),
            true,
            (position, logits, offset) -> {
              float least = Float.POSITIVE_INFINITY;
              float most = Float.NEGATIVE_INFINITY;
              boolean finite = true;
              for (int i = offset; i < offset + model.info().vocabularySize(); i++) {
                finite &= Float.isFinite(logits[i]);
                least = Math.min(least, logits[i]);
                most = Math.max(most, logits[i]);
              }
              counts[0]++;
              counts[1] += finite ? 0 : 1;
              counts[2] += finite && least == most ? 1 : 0;
            });
    require(
        counts[1] == 0,
        "NaN or infinity at "
            + counts[1]
            + " of "
            + counts[0]
            + " positions: the weights are spoilt,"
            + " or the file is for another architecture");
    require(
        counts[2] == 0,
        "all equal at "
            + counts[2]
            + " of "
            + counts[0]
            + " positions: the output matrix is empty");
    return String.format(Locale.ROOT, "finite at %d positions, %.1f ms", counts[0], nanos / 1e6);
  }

  private String generation() {
    GenerationResult first = generate();
    GenerationResult second = generate();
    require(
        Arrays.equals(first.ids(), second.ids()),
        "the same request gives different tokens: "
            + Arrays.toString(first.ids())
            + " and "
            + Arrays.toString(second.ids()));
    return String.format(
        Locale.ROOT,
        "%d tokens, the same twice, %.1f tokens/s",
        first.ids().length,
        second.timings().decodeTokensPerSecond(second.usage()));
  }

  /** Greedy and computed anew each time. */
  private GenerationResult generate() {
    return model.generate(
        GenerationRequest.ids(prompt())
            .sampling(SamplingParameters.GREEDY)
            .maxTokens(TOKENS)
            .ignoreEnd(true)
            .cacheSalt("trial " + System.nanoTime())
            .build());
  }

  private String ends() {
    int count = model.tokenizer().endTokens().size();
    require(
        count > 0 || model.promptFormat().isEmpty(),
        "no token ends an answer: chats would go on to their token limit");
    return count == 0 ? "none" : count + " tokens end one";
  }

  private String chat() {
    GenerationResult result =
        model.generate(
            GenerationRequest.chat(QUESTION)
                .sampling(SamplingParameters.GREEDY)
                .maxTokens(TOKENS)
                .build());
    require(result.usage().completionTokens() > 0, "the answer has no tokens");
    String text = result.text().isEmpty() ? result.reasoning() : result.text();
    return model.promptFormat().orElseThrow().name()
        + ", answer begins \""
        + text.substring(0, Math.min(SHOWN, text.length())).replace("\n", "\\n")
        + "\"";
  }

  private int[] prompt() {
    int[] ids = model.tokenizer().encodePrompt(TEXT, false);
    return Arrays.copyOf(
        ids, Math.max(1, Math.min(ids.length, model.info().contextLength() - TOKENS - 1)));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new Fault(otherwise);
    }
  }

  private static final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Fault(String message) {
      super(message);
    }
  }
}
