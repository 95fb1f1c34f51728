package dev.javelin.engine.prompt.tagged;

import dev.javelin.engine.prompt.AnswerPart;
import dev.javelin.engine.prompt.AnswerSink;

/**
 * Splits text at the tags of thoughts and calls. A thought may only stand at the beginning; calls
 * may stand anywhere in the content. Text that may be the beginning of a tag waits for more, and so
 * does white space, which is dropped next to a tag. A call is delivered as {@link CallReader} reads
 * it; one that is not JSON is content, tags included.
 */
final class TagSplitter {
  static final String THINK = "<think>";
  static final String THINK_END = "</think>";
  static final String CALL = "<tool_call>";
  static final String CALL_END = "</tool_call>";

  private final boolean calls;
  private final StringBuilder held = new StringBuilder(); // not delivered yet
  private AnswerPart part;
  private boolean atStart; // of this part: white space is dropped
  private boolean mayThink;
  private int callCount;
  private CallReader call; // the one that is open

  TagSplitter(boolean thinking, boolean calls) {
    this.calls = calls;
    this.mayThink = !thinking;
    this.part = thinking ? AnswerPart.REASONING : AnswerPart.CONTENT;
    this.atStart = thinking;
  }

  static boolean isTag(String text) {
    return text.equals(THINK)
        || text.equals(THINK_END)
        || text.equals(CALL)
        || text.equals(CALL_END);
  }

  AnswerPart part() {
    return part;
  }

  void accept(String text, AnswerSink sink) {
    held.append(text);
    boolean again = !text.isEmpty();
    while (again) {
      again =
          switch (part) {
            case REASONING -> splitReasoning(sink);
            case TOOL_ARGUMENTS -> splitCall(sink);
            case CONTENT, FRAME -> splitContent(sink);
          };
    }
  }

  void end(AnswerSink sink) {
    if (part == AnswerPart.TOOL_ARGUMENTS) {
      closeCall("", sink);
    } else {
      deliver(held.length(), sink);
    }
    held.setLength(0);
  }

  private boolean splitReasoning(AnswerSink sink) {
    int tag = held.indexOf(THINK_END);
    if (tag < 0) {
      deliver(safeLength(THINK_END), sink);
      return false;
    }
    cutAt(tag, THINK_END, AnswerPart.CONTENT, sink);
    return true;
  }

  private boolean splitContent(AnswerSink sink) {
    if (mayThink && held.toString().strip().startsWith(THINK)) {
      mayThink = false;
      held.delete(0, held.indexOf(THINK) + THINK.length());
      part = AnswerPart.REASONING;
      atStart = true;
      return true;
    }
    if (mayThink && THINK.startsWith(held.toString().strip())) {
      return false; // may still become a thought
    }
    mayThink = false;
    int tag = calls ? held.indexOf(CALL) : -1;
    if (tag < 0) {
      deliver(calls ? safeLength(CALL) : held.length(), sink);
      return false;
    }
    cutAt(tag, CALL, AnswerPart.TOOL_ARGUMENTS, sink);
    call = new CallReader(callCount);
    return true;
  }

  private boolean splitCall(AnswerSink sink) {
    int read = call.accept(held, sink);
    held.delete(0, read);
    if (!call.isClosed()) {
      return false;
    }
    closeCall(CALL_END, sink);
    return true;
  }

  private void closeCall(String end, AnswerSink sink) {
    part = AnswerPart.CONTENT;
    atStart = call.end(sink);
    if (atStart) {
      callCount++;
    } else {
      sink.malformed("a call that is not a JSON object with a name");
      sink.content(CALL + call.text() + end);
    }
  }

  /**
   * Delivers what stands before a tag, without the white space next to it, and goes on behind the
   * tag.
   */
  private void cutAt(int tag, String text, AnswerPart next, AnswerSink sink) {
    int end = tag;
    while (end > 0 && Character.isWhitespace(held.charAt(end - 1))) {
      end--;
    }
    deliver(end, sink);
    held.delete(0, held.indexOf(text) + text.length());
    part = next;
    atStart = true;
  }

  /** How much cannot belong to this tag or to white space before it. */
  private int safeLength(String tag) {
    int end = held.length();
    for (int from = Math.max(0, end - tag.length() + 1); from < held.length(); from++) {
      if (tag.startsWith(held.substring(from))) {
        end = from;
        break;
      }
    }
    while (end > 0 && Character.isWhitespace(held.charAt(end - 1))) {
      end--;
    }
    return end;
  }

  private void deliver(int length, AnswerSink sink) {
    int from = 0;
    while (atStart && from < length && Character.isWhitespace(held.charAt(from))) {
      from++;
    }
    if (from < length) {
      String text = held.substring(from, length);
      if (part == AnswerPart.REASONING) {
        sink.reasoning(text);
      } else {
        sink.content(text);
      }
      atStart = false;
    }
    held.delete(0, length);
  }
}
