package dev.javelin.engine.prompt.harmony;

import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.ConstraintState;
import dev.javelin.engine.prompt.Allowed;
import dev.javelin.engine.prompt.AnswerGuide;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Keeps a Harmony answer within its rules. Headers are one of a few token sequences; analysis is
 * free but for the marks that do not belong into it; the content of the final message, or the
 * arguments of a call, obey their constraint.
 *
 * <pre>
 *   header -> analysis -> end -> &lt;|start|&gt;assistant -> header -> final (or call) -> &lt;|return|&gt; (or &lt;|call|&gt;)
 * </pre>
 *
 * When the budget runs out, analysis is ended early, so that the answer itself still fits.
 */
final class HarmonyGuide implements AnswerGuide {
  private enum State {
    HEADER,
    ANALYSIS,
    BETWEEN,
    ANSWER,
    DONE
  }

  /** One way a header can go on. */
  private record Header(
      int[] tokens, boolean analysis, Optional<Constraint> constraint, HarmonyMark end) {}

  private final HarmonyTokens tokens;
  private final Tokenizer tokenizer;
  private final int vocabularySize;
  private final List<Header> headers = new ArrayList<>();
  private final int[] between;
  private final int cheapestAnswer;

  private State state = State.HEADER;
  private List<Header> possible;
  private int read; // of the header, or of what stands between two messages
  private Header answer;
  private ConstraintState constraint;

  HarmonyGuide(AnswerRules rules, HarmonyTokens tokens, Tokenizer tokenizer) {
    this.tokens = tokens;
    this.tokenizer = tokenizer;
    this.vocabularySize = tokenizer.vocabularySize();
    this.between = tokenizer.encode("<|start|>assistant", true);
    headers.add(
        header(
            tokenizer, "<|channel|>analysis<|message|>", true, Optional.empty(), HarmonyMark.END));
    if (rules.text()) {
      headers.add(
          header(
              tokenizer,
              "<|channel|>final<|message|>",
              false,
              rules.constraint(),
              HarmonyMark.RETURN));
    }
    for (AnswerRules.Call call : rules.calls()) {
      String to = " to=functions." + call.name();
      Optional<Constraint> arguments = Optional.of(call.arguments());
      String type = " <|constrain|>json<|message|>";
      headers.add(
          header(
              tokenizer, "<|channel|>commentary" + to + type, false, arguments, HarmonyMark.CALL));
      headers.add(
          header(
              tokenizer, to + "<|channel|>commentary" + type, false, arguments, HarmonyMark.CALL));
    }
    this.cheapestAnswer =
        headers.stream()
            .filter(h -> !h.analysis())
            .mapToInt(HarmonyGuide::cost)
            .min()
            .orElseThrow();
    this.possible = headers;
  }

  private static Header header(
      Tokenizer tokenizer,
      String text,
      boolean analysis,
      Optional<Constraint> constraint,
      HarmonyMark end) {
    return new Header(tokenizer.encode(text, true), analysis, constraint, end);
  }

  /** Tokens of the shortest answer with this header, its end included. */
  private static int cost(Header header) {
    return header.tokens().length
        + header.constraint().map(c -> c.start().tokensToEnd()).orElse(0)
        + 1;
  }

  @Override
  public void restrict(float[] logits, int offset, int budget) {
    switch (state) {
      case HEADER -> Allowed.only(logits, offset, vocabularySize, nextOfHeader(budget));
      case BETWEEN -> Allowed.only(logits, offset, vocabularySize, between[read]);
      case ANALYSIS -> restrictAnalysis(logits, offset, budget);
      case ANSWER -> restrictAnswer(logits, offset, budget);
      case DONE -> {}
    }
  }

  /**
   * The tokens with which a header can go on; thinking is offered only where there is room for it.
   */
  private int[] nextOfHeader(int budget) {
    List<Header> affordable =
        possible.stream().filter(h -> !h.analysis() || budget > thinkingCost(h)).toList();
    List<Header> chosen = affordable.isEmpty() ? possible : affordable;
    if (read == 0 && budget <= cheapestAnswer) {
      chosen = chosen.stream().filter(h -> h.analysis() || cost(h) == cheapestAnswer).toList();
    }
    return chosen.stream().mapToInt(h -> h.tokens()[read]).distinct().toArray();
  }

  /** What must still fit after an analysis header has begun: its rest, its end, and the answer. */
  private int thinkingCost(Header analysis) {
    return analysis.tokens().length - read + 1 + between.length + cheapestAnswer;
  }

  private void restrictAnalysis(float[] logits, int offset, int budget) {
    int end = tokens.id(HarmonyMark.END);
    if (budget <= 1 + between.length + cheapestAnswer) {
      Allowed.only(logits, offset, vocabularySize, end);
      return;
    }
    float kept = logits[offset + end];
    Allowed.none(logits, offset, tokens.hidden());
    logits[offset + end] = kept;
  }

  private void restrictAnswer(float[] logits, int offset, int budget) {
    int end = tokens.id(answer.end());
    if (constraint != null) {
      Allowed.by(constraint, logits, offset, vocabularySize, budget, end);
      return;
    }
    float kept = logits[offset + end];
    Allowed.none(logits, offset, tokens.hidden());
    logits[offset + end] = kept;
  }

  @Override
  public OptionalInt certain(int budget) {
    return switch (state) {
      case HEADER -> {
        int[] next = nextOfHeader(budget);
        yield next.length == 1 ? OptionalInt.of(next[0]) : OptionalInt.empty();
      }
      case BETWEEN -> OptionalInt.of(between[read]);
      case ANALYSIS ->
          budget <= 1 + between.length + cheapestAnswer
              ? OptionalInt.of(tokens.id(HarmonyMark.END))
              : OptionalInt.empty();
      case ANSWER ->
          constraint == null
              ? OptionalInt.empty()
              : Allowed.certain(constraint, budget, tokens.id(answer.end()));
      case DONE -> OptionalInt.empty();
    };
  }

  @Override
  public int[] likely(int budget, int most) {
    return state == State.ANSWER && constraint != null
        ? Allowed.likely(constraint, tokenizer, budget, most)
        : new int[0];
  }

  @Override
  public void accept(int token) {
    switch (state) {
      case HEADER -> acceptHeader(token);
      case BETWEEN -> {
        if (++read == between.length) {
          openHeader();
        }
      }
      case ANALYSIS -> {
        if (token == tokens.id(HarmonyMark.END)) {
          state = State.BETWEEN;
          read = 0;
        }
      }
      case ANSWER -> {
        if (token == tokens.id(answer.end())) {
          state = State.DONE;
        } else if (constraint != null) {
          constraint.advance(token);
        }
      }
      case DONE -> {}
    }
  }

  private void openHeader() {
    state = State.HEADER;
    possible = headers;
    read = 0;
  }

  private void acceptHeader(int token) {
    int at = read++;
    possible =
        possible.stream().filter(h -> at < h.tokens().length && h.tokens()[at] == token).toList();
    for (Header header : possible) {
      if (header.tokens().length == read) {
        if (header.analysis()) {
          state = State.ANALYSIS;
        } else {
          state = State.ANSWER;
          answer = header;
          constraint = header.constraint().map(Constraint::start).orElse(null);
        }
        return;
      }
    }
  }

  @Override
  public boolean isComplete() {
    return state == State.DONE
        || (state == State.ANSWER && (constraint == null || constraint.canEnd()));
  }
}
