package dev.javelin.engine.prompt.tagged;

import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.ConstraintState;
import dev.javelin.engine.prompt.Allowed;
import dev.javelin.engine.prompt.AnswerGuide;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Keeps a tagged answer within its rules: the chain of thought is free, free text is free until it
 * opens a call, and calls and constrained text obey.
 *
 * <pre>
 *   [BEGIN] -> [THOUGHT ... &lt;/think>] -> TEXT (free) -> &lt;tool_call> -> BOUND -> end
 *                                     -> BOUND (a constrained text, or calls)  -> end
 * </pre>
 *
 * When the budget runs out, a thought is ended early, and calls that would not fit are not begun.
 */
final class TaggedGuide implements AnswerGuide {
  private enum State {
    /** It is not clear yet whether a thought comes. */
    BEGIN,
    THOUGHT,
    TEXT,
    BOUND
  }

  private final Tokenizer tokenizer;
  private final TagTokens tagTokens;
  private final Optional<Constraint> calls;
  private final Optional<Constraint> bound; // what an answer must be that is not free text
  private final Optional<Constraint> behindThought; // the same, perhaps after line breaks
  private final TagWatch callTag;
  private final TagWatch thoughtEnd;
  private final OptionalInt think;
  private final int[] closing;
  private final int[] ends;

  private State state;
  private StringBuilder begin = new StringBuilder();
  private int closed; // tokens of the closing tag that the thought ends with
  private ConstraintState constraint;
  private boolean ended;

  /**
   * @param calls what calls look like; empty: there are none
   * @param bound what the answer must be; empty: text, perhaps with calls
   * @param behindThought the same where a thought stands before it
   */
  TaggedGuide(
      Tokenizer tokenizer,
      TagTokens tagTokens,
      Optional<Constraint> calls,
      Optional<Constraint> bound,
      Optional<Constraint> behindThought,
      TaggedGuides.Thinking thinking) {
    this.tokenizer = tokenizer;
    this.tagTokens = tagTokens;
    this.calls = calls;
    this.bound = bound;
    this.behindThought = behindThought;
    this.callTag = new TagWatch(TagSplitter.CALL, tagTokens);
    this.thoughtEnd = new TagWatch(TagSplitter.THINK_END, tagTokens);
    this.think = tokenizer.id(TagSplitter.THINK);
    this.closing = tokenizer.encode(TagSplitter.THINK_END, true);
    this.ends = tokenizer.endTokens().stream().mapToInt(Integer::intValue).sorted().toArray();
    switch (thinking) {
      case NONE -> {
        if (bound.isPresent()) {
          answer(bound);
        } else {
          state = State.BEGIN; // what looks like a thought is read as one
        }
      }
      case POSSIBLE -> state = State.BEGIN;
      case OPENED -> state = State.THOUGHT;
    }
  }

  /** The thought is over, or there is none. */
  private void answer(Optional<Constraint> form) {
    state = form.isPresent() ? State.BOUND : State.TEXT;
    constraint = form.map(Constraint::start).orElse(null);
  }

  /** Tokens of the shortest answer behind a thought, its end included. */
  private int answerCost() {
    return bound.map(b -> b.start().tokensToEnd() + 1).orElse(0);
  }

  private boolean mustClose(int budget) {
    return bound.isPresent() && budget <= closing.length - closed + answerCost();
  }

  @Override
  public void restrict(float[] logits, int offset, int budget) {
    switch (state) {
      case BEGIN -> restrictBegin(logits, offset, budget);
      case THOUGHT -> restrictThought(logits, offset, budget);
      case TEXT -> restrictText(logits, offset, budget);
      case BOUND ->
          Allowed.by(constraint, logits, offset, tokenizer.vocabularySize(), budget, ends);
    }
  }

  private void restrictBegin(float[] logits, int offset, int budget) {
    if (bound.isEmpty()) {
      restrictText(logits, offset, budget);
      return;
    }
    boolean roomToThink = think.isPresent() && !mustClose(budget - 1);
    float kept = roomToThink ? logits[offset + think.getAsInt()] : 0;
    Allowed.by(bound.get().start(), logits, offset, tokenizer.vocabularySize(), budget, ends);
    if (roomToThink) {
      logits[offset + think.getAsInt()] = kept;
    }
  }

  private void restrictThought(float[] logits, int offset, int budget) {
    if (mustClose(budget)) {
      Allowed.only(logits, offset, tokenizer.vocabularySize(), closing[closed]);
      return;
    }
    if (bound.isPresent()) {
      Allowed.none(logits, offset, tokenizer.endTokens());
      thoughtEnd.restrict(
          logits, offset, rest -> fits(behindThought.get().start(), rest, budget - 1));
    }
  }

  private void restrictText(float[] logits, int offset, int budget) {
    if (calls.isPresent()) {
      callTag.restrict(logits, offset, rest -> fits(called(), rest, budget - 1));
    }
  }

  /** A call has been opened. */
  private ConstraintState called() {
    ConstraintState opened = calls.orElseThrow().start();
    opened.advance(TagSplitter.CALL.getBytes(StandardCharsets.UTF_8));
    return opened;
  }

  private static boolean fits(ConstraintState at, byte[] rest, int budget) {
    return at.advance(rest) == rest.length && at.tokensToEnd() + 1 <= budget;
  }

  @Override
  public OptionalInt certain(int budget) {
    return switch (state) {
      case BEGIN, TEXT -> OptionalInt.empty();
      case THOUGHT -> mustClose(budget) ? OptionalInt.of(closing[closed]) : OptionalInt.empty();
      case BOUND -> ended ? OptionalInt.empty() : Allowed.certain(constraint, budget, ends);
    };
  }

  @Override
  public int[] likely(int budget, int most) {
    return state == State.BOUND ? Allowed.likely(constraint, tokenizer, budget, most) : new int[0];
  }

  @Override
  public void accept(int token) {
    switch (state) {
      case BEGIN -> acceptBegin(token);
      case THOUGHT -> acceptThought(token);
      case TEXT -> acceptText(tagTokens.bytes(token));
      case BOUND -> {
        if (tokenizer.endTokens().contains(token)) {
          ended = constraint.canEnd();
        } else {
          constraint.advance(token);
        }
      }
    }
  }

  private void acceptBegin(int token) {
    if (bound.isPresent()) {
      if (think.isPresent() && think.getAsInt() == token) {
        state = State.THOUGHT;
      } else {
        answer(bound);
        accept(token);
      }
      return;
    }
    byte[] bytes = tagTokens.bytes(token);
    begin.append(new String(bytes, StandardCharsets.ISO_8859_1)); // tags are ASCII
    String text = begin.toString().strip();
    if (text.startsWith(TagSplitter.THINK)) {
      state = State.THOUGHT;
    } else if (!TagSplitter.THINK.startsWith(text)) {
      answer(bound);
    }
    if (state != State.THOUGHT) {
      acceptText(bytes);
    }
  }

  private void acceptThought(int token) {
    closed = token == closing[closed] ? closed + 1 : token == closing[0] ? 1 : 0;
    byte[] rest = thoughtEnd.read(tagTokens.bytes(token));
    if (rest != null) {
      answer(behindThought);
      if (state == State.BOUND) {
        constraint.advance(rest);
      } else {
        acceptText(rest);
      }
    }
  }

  private void acceptText(byte[] bytes) {
    byte[] rest = callTag.read(bytes);
    if (rest != null && calls.isPresent()) {
      constraint = called();
      constraint.advance(rest);
      state = State.BOUND;
    }
  }

  @Override
  public boolean isComplete() {
    return switch (state) {
      case BEGIN, THOUGHT -> bound.isEmpty();
      case TEXT -> true;
      case BOUND -> ended || constraint.canEnd();
    };
  }
}
