package dev.javelin.engine.prompt.harmony;

import dev.javelin.engine.Role;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.engine.tokenizer.Utf8Stream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads Harmony token by token: header, content, header, content. Works on bytes, since a token may
 * end inside a character.
 *
 * <p>A lenient parser never throws. What models get wrong it repairs: a header without {@code
 * <|message|>} is content from the first word on that no header has; a {@code <|start|>} inside
 * content ends the message before it; other special tokens inside content are dropped; text after
 * an end token is an assistant's message that lacks its beginning. A strict parser reports each of
 * these as a {@link HarmonySyntaxException}.
 */
public final class HarmonyParser {
  private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);

  private enum State {
    BETWEEN_MESSAGES,
    IN_HEADER,
    IN_CONTENT
  }

  private final HarmonyTokens tokens;
  private final boolean strict;
  private final HarmonyEvents events;
  private final Utf8Stream utf8 = new Utf8Stream();
  private State state;
  private HeaderReader header;

  /**
   * @param openRole the role whose header the prompt has begun; null if the input begins with
   *     {@code <|start|>}
   */
  public HarmonyParser(Tokenizer tokenizer, Role openRole, boolean strict, HarmonyEvents events) {
    this(new HarmonyTokens(tokenizer), openRole, strict, events);
  }

  HarmonyParser(HarmonyTokens tokens, Role openRole, boolean strict, HarmonyEvents events) {
    this.tokens = tokens;
    this.strict = strict;
    this.events = events;
    if (openRole == null) {
      state = State.BETWEEN_MESSAGES;
    } else {
      beginHeader(openRole);
    }
  }

  /** Takes the next token. */
  public void accept(int id) {
    Optional<HarmonyMark> mark = tokens.mark(id);
    if (mark.isPresent()) {
      acceptMark(mark.get());
    } else if (!tokens.isInVocabulary(id)) {
      acceptBytes(REPLACEMENT);
    } else if (tokens.isHidden(id)) {
      deviation("a special token that is not Harmony's: " + id);
    } else {
      acceptBytes(tokens.bytes(id));
    }
  }

  /** The input is over: what is open is delivered as it is. */
  public void end() {
    switch (state) {
      case BETWEEN_MESSAGES -> {}
      case IN_HEADER -> {
        if (!header.isEmpty()) {
          endInHeader(null);
        }
      }
      case IN_CONTENT -> close(null);
    }
    state = State.BETWEEN_MESSAGES;
  }

  private void acceptMark(HarmonyMark mark) {
    switch (state) {
      case BETWEEN_MESSAGES -> markBetweenMessages(mark);
      case IN_HEADER -> markInHeader(mark);
      case IN_CONTENT -> markInContent(mark);
    }
  }

  private void markBetweenMessages(HarmonyMark mark) {
    if (mark == HarmonyMark.START) {
      beginHeader(null);
    } else if (mark.ends()) {
      deviation(mark.text() + " without a message");
    } else {
      deviation("no <|start|> before " + mark.text());
      beginHeader(Role.ASSISTANT);
      markInHeader(mark);
    }
  }

  private void markInHeader(HarmonyMark mark) {
    if (mark == HarmonyMark.MESSAGE) {
      state = State.IN_CONTENT;
      events.opened(header.complete());
    } else if (mark == HarmonyMark.START) {
      if (header.isEmpty()) {
        deviation("<|start|> in a header");
      } else {
        endInHeader(null);
      }
      beginHeader(null);
    } else if (mark.ends()) {
      endInHeader(mark);
    } else {
      header.append(mark);
    }
  }

  private void markInContent(HarmonyMark mark) {
    if (mark == HarmonyMark.START) {
      deviation("<|start|> inside content");
      close(null);
      beginHeader(null);
    } else if (mark.ends()) {
      close(mark);
    } else {
      deviation(mark.text() + " inside content");
    }
  }

  private void acceptBytes(byte[] bytes) {
    if (state == State.BETWEEN_MESSAGES) {
      deviation("text between messages");
      beginHeader(Role.ASSISTANT);
    }
    if (state == State.IN_HEADER) {
      header.append(bytes);
    } else {
      text(utf8.accept(bytes));
    }
  }

  private void beginHeader(Role openRole) {
    header = new HeaderReader(openRole, this::deviation);
    state = State.IN_HEADER;
  }

  /** A header without {@code <|message|>}: a message if it has an end or any text, else nothing. */
  private void endInHeader(HarmonyMark end) {
    deviation("a header without <|message|>");
    HarmonyHeader found = header.cutOff();
    state = State.BETWEEN_MESSAGES;
    if (end != null || !header.content().isEmpty()) {
      events.opened(found);
      text(header.content());
      events.closed(end);
    }
  }

  private void close(HarmonyMark end) {
    text(utf8.end());
    state = State.BETWEEN_MESSAGES;
    events.closed(end);
  }

  private void text(String piece) {
    if (!piece.isEmpty()) {
      events.text(piece);
    }
  }

  private void deviation(String what) {
    if (strict) {
      throw new HarmonySyntaxException(what);
    }
    events.deviation(what);
  }
}
