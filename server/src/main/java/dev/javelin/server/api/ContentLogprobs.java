package dev.javelin.server.api;

import dev.javelin.engine.Conversation;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Prompt;
import dev.javelin.engine.TokenLogProbability;
import dev.javelin.engine.prompt.AnswerParser;
import dev.javelin.engine.prompt.AnswerPart;
import dev.javelin.engine.prompt.AnswerSink;
import dev.javelin.engine.prompt.PlainParser;
import dev.javelin.engine.tokenizer.TokenKind;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.engine.tokenizer.Utf8Stream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Finds the tokens that a piece of the answer comes from: those whose text begins in it. Reads the
 * tokens as the engine does, to tell the answer from headers and thoughts. A piece may come long
 * after its tokens, since the engine holds back what could become a stop string; tokens of a stop
 * string that was met are never handed out.
 *
 * <pre>
 *   tokens -> read, unsorted (the parser waits for more) -> ready (waits for its piece) -> taken
 * </pre>
 */
public final class ContentLogprobs {
  /**
   * A token of the answer.
   *
   * @param start characters before it
   */
  public record Placed(TokenLogProbability token, int start) {}

  private final LanguageModel model;
  private final Prompt prompt;
  private final Tokenizer tokenizer;
  private AnswerParser parser; // null before the first token
  private final AnswerSink sink = new Sorted();
  private final Utf8Stream utf8 = new Utf8Stream();
  private final StringBuilder unsorted = new StringBuilder();
  private final Deque<Placed> unsortedTokens = new ArrayDeque<>(); // starts count what was read
  private final Deque<Placed> ready = new ArrayDeque<>(); // starts count what is answer
  private int sortedLength; // characters read before those that are unsorted
  private int answerLength;
  private int takenLength;

  public ContentLogprobs(LanguageModel model, Prompt prompt) {
    this.model = model;
    this.prompt = prompt;
    this.tokenizer = model.tokenizer();
  }

  private AnswerParser parser() {
    return prompt instanceof Prompt.Chat(Conversation conversation)
        ? model.promptFormat().orElseThrow().parser(conversation.tools(), model.promptIds(prompt))
        : new PlainParser(tokenizer);
  }

  /** A token was chosen. */
  public void chosen(TokenLogProbability token) {
    if (parser == null) {
      parser = parser();
    }
    if (parser.part() == AnswerPart.CONTENT && hasText(token)) {
      read(token);
    }
    parser.accept(token.id(), sink);
    if (parser.part() != AnswerPart.CONTENT) {
      forget(unsorted.length());
      unsortedTokens.clear();
      utf8.end();
    }
  }

  private boolean hasText(TokenLogProbability token) {
    if (token.bytes().length == 0) {
      return false;
    }
    TokenKind kind = tokenizer.kind(token.id());
    return kind != TokenKind.CONTROL && kind != TokenKind.UNUSED;
  }

  private void read(TokenLogProbability token) {
    byte[] bytes = token.bytes();
    // The token begins in the character that its first byte belongs to, be it complete or not.
    unsorted.append(utf8.accept(bytes, 0, 1));
    int start = sortedLength + unsorted.length() - (utf8.isPending() ? 0 : 1);
    unsortedTokens.add(new Placed(token, start));
    unsorted.append(utf8.accept(bytes, 1, bytes.length - 1));
  }

  private void forget(int length) {
    unsorted.delete(0, length);
    sortedLength += length;
  }

  /** The tokens of the next piece of the answer. */
  public List<Placed> take(String piece) {
    takenLength += piece.length();
    if (takenLength > answerLength && parser != null) {
      parser.end(sink); // as the engine has done, or there would not be so much
    }
    List<Placed> result = new ArrayList<>();
    while (!ready.isEmpty() && ready.getFirst().start() < takenLength) {
      result.add(ready.removeFirst());
    }
    return result;
  }

  /** Takes what the parser says to be answer. */
  private final class Sorted implements AnswerSink {
    @Override
    public void content(String piece) {
      int dropped = Math.max(0, unsorted.indexOf(piece)); // white space beside a tag
      int from = sortedLength + dropped;
      int to = from + piece.length();
      while (!unsortedTokens.isEmpty() && unsortedTokens.getFirst().start() < to) {
        Placed token = unsortedTokens.removeFirst();
        int end = unsortedTokens.isEmpty() ? to : unsortedTokens.getFirst().start();
        if (end > from) {
          ready.add(new Placed(token.token(), answerLength + Math.max(0, token.start() - from)));
        }
      }
      answerLength += piece.length();
      forget(Math.min(dropped + piece.length(), unsorted.length()));
    }

    @Override
    public void reasoning(String piece) {}

    @Override
    public void toolCall(int index, String name) {}

    @Override
    public void toolArguments(int index, String piece) {}

    @Override
    public void malformed(String what) {}
  }
}
