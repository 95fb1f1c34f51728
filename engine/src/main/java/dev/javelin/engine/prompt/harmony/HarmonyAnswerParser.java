package dev.javelin.engine.prompt.harmony;

import dev.javelin.engine.Role;
import dev.javelin.engine.prompt.AnswerParser;
import dev.javelin.engine.prompt.AnswerPart;
import dev.javelin.engine.prompt.AnswerSink;
import java.util.Set;

/**
 * Sorts an answer's messages: calls of functions on whatever channel, {@code analysis} to
 * reasoning, {@code final} and {@code commentary} to content. A message to somebody who was not
 * offered, or in somebody else's name, is reasoning: the user must not read it as an answer. Where
 * two messages are the same kind of text, a newline stands between them.
 */
final class HarmonyAnswerParser implements AnswerParser {
  private static final String FUNCTIONS_PREFIX = ToolNamespace.FUNCTIONS + ".";

  private final HarmonyParser parser;
  private final Set<String> offered;
  private AnswerSink sink; // of the call in progress
  private AnswerPart part = AnswerPart.FRAME;
  private int callCount;
  private boolean hasContent;
  private boolean hasReasoning;
  private boolean isFirstPiece;

  /**
   * @param offered the functions that the model may call, for calls that lack the namespace
   */
  HarmonyAnswerParser(HarmonyTokens tokens, Set<String> offered) {
    this.parser = new HarmonyParser(tokens, Role.ASSISTANT, false, new Router());
    this.offered = offered;
  }

  @Override
  public void accept(int tokenId, AnswerSink answerSink) {
    sink = answerSink;
    parser.accept(tokenId);
  }

  @Override
  public void end(AnswerSink answerSink) {
    sink = answerSink;
    parser.end();
  }

  @Override
  public AnswerPart part() {
    return part;
  }

  private final class Router implements HarmonyEvents {
    @Override
    public void opened(HarmonyHeader header) {
      isFirstPiece = true;
      String recipient = header.recipient();
      if (header.role() != Role.ASSISTANT) {
        sink.malformed(
            "a message that is not the assistant's: " + header.role() + " " + header.name());
        part = AnswerPart.REASONING;
      } else if (recipient == null || recipient.equals("all") || recipient.equals("assistant")) {
        boolean thinks = HarmonyMessage.ANALYSIS.equals(header.channel());
        part = thinks ? AnswerPart.REASONING : AnswerPart.CONTENT;
      } else {
        openCall(recipient);
      }
    }

    private void openCall(String recipient) {
      String name =
          recipient.startsWith(FUNCTIONS_PREFIX)
              ? recipient.substring(FUNCTIONS_PREFIX.length())
              : recipient;
      if (name.isEmpty() || name.equals(recipient) && !offered.contains(name)) {
        sink.malformed("a message to somebody who was not offered: " + recipient);
        part = AnswerPart.REASONING;
      } else {
        part = AnswerPart.TOOL_ARGUMENTS;
        sink.toolCall(callCount++, name);
      }
    }

    @Override
    public void text(String piece) {
      switch (part) {
        case CONTENT -> {
          sink.content(separated(piece, hasContent));
          hasContent = true;
        }
        case REASONING -> {
          sink.reasoning(separated(piece, hasReasoning));
          hasReasoning = true;
        }
        case TOOL_ARGUMENTS -> sink.toolArguments(callCount - 1, piece);
        case FRAME -> throw new IllegalStateException("text outside of a message");
      }
      isFirstPiece = false;
    }

    private String separated(String piece, boolean follows) {
      return isFirstPiece && follows ? "\n" + piece : piece;
    }

    @Override
    public void closed(HarmonyMark end) {
      part = AnswerPart.FRAME;
    }

    @Override
    public void deviation(String what) {
      sink.malformed(what);
    }
  }
}
