package dev.javelin.engine.prompt;

import dev.javelin.engine.constrain.Constraint;
import java.util.List;
import java.util.Optional;

/**
 * What an answer may be: a text, free or under a constraint, or a call of one of some functions.
 *
 * @param text whether an answer in text is allowed
 * @param constraint what that text must obey; empty: nothing
 * @param calls the functions that may be called; empty: none
 * @param parallel whether an answer may hold several calls, where the chat format can write them
 */
public record AnswerRules(
    boolean text, Optional<Constraint> constraint, List<Call> calls, boolean parallel) {
  /** A function, and what its arguments must obey. */
  public record Call(String name, Constraint arguments) {}

  public AnswerRules {
    calls = List.copyOf(calls);
    if (!text && calls.isEmpty()) {
      throw new IllegalArgumentException("an answer must be a text or a call");
    }
  }

  /** The same with several calls allowed. */
  public AnswerRules(boolean text, Optional<Constraint> constraint, List<Call> calls) {
    this(text, constraint, calls, true);
  }

  /** A text under a constraint. */
  public static AnswerRules constrained(Constraint constraint) {
    return new AnswerRules(true, Optional.of(constraint), List.of());
  }
}
