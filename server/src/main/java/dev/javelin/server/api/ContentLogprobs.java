package dev.javelin.server.api;

import dev.javelin.engine.TokenLogProbability;
import dev.javelin.engine.tokenizer.TokenKind;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the tokens that a piece of the answer comes from. Tokens of the chat format's headers and
 * of the chain of thought come by as well; a piece belongs to the last tokens before it whose bytes
 * it can hold.
 */
public final class ContentLogprobs {
  private final Tokenizer tokenizer;
  private final List<TokenLogProbability> pending = new ArrayList<>();

  public ContentLogprobs(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** A token was chosen. */
  public void chosen(TokenLogProbability token) {
    if (tokenizer.kind(token.id()) == TokenKind.CONTROL) {
      pending.clear();
    } else {
      pending.add(token);
    }
  }

  /** What was chosen so far did not become part of the answer. */
  public void skip() {
    pending.clear();
  }

  /** The tokens of a piece of the answer. */
  public List<TokenLogProbability> take(String piece) {
    int wanted = piece.getBytes(StandardCharsets.UTF_8).length;
    int from = pending.size();
    int found = 0;
    while (from > 0 && found < wanted) {
      from--;
      found += pending.get(from).bytes().length;
    }
    List<TokenLogProbability> result = List.copyOf(pending.subList(from, pending.size()));
    pending.clear();
    return result;
  }
}
