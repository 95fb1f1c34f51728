package dev.javelin.engine.prompt.tagged;

import dev.javelin.engine.prompt.AnswerSink;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one call as it grows. In the usual form, name first and then an object of arguments, the
 * name is told as soon as the arguments begin, and the arguments piece by piece; any other form is
 * told at its end. What has been told cannot be taken back: if the rest is broken, that is reported
 * and the rest is dropped.
 */
final class CallReader {
  private static final Pattern HEAD =
      Pattern.compile(
          "\\s*\\{\\s*\"name\"\\s*:\\s*\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"\\s*,\\s*\"(?:arguments|parameters)\"\\s*:\\s*(?=\\{)",
          Pattern.DOTALL);

  /** A call whose name has not come by then is told at its end. */
  private static final int LONGEST_HEAD = 1000;

  private static final String END = TagSplitter.CALL_END;

  private final int index;
  private final StringBuilder text = new StringBuilder(); // between the tags
  private boolean inString;
  private boolean escaped;
  private int depth; // open brackets
  private int depthOutside; // those around the arguments
  private boolean begun; // the name has been told
  private boolean argumentsEnded;
  private int told; // characters of the text that have been told or skipped
  private boolean closed;

  CallReader(int index) {
    this.index = index;
  }

  /**
   * Reads as far as the closing tag; one inside of a JSON string does not count. Returns how many
   * characters were read.
   */
  int accept(CharSequence piece, AnswerSink sink) {
    int read = 0;
    while (read < piece.length() && !closed) {
      char c = piece.charAt(read++);
      read(c);
      if (!begun && c == '{' && text.length() <= LONGEST_HEAD) {
        begin(sink);
      } else if (begun && !argumentsEnded && !inString && depth == depthOutside) {
        argumentsEnded = true;
        tell(sink);
      }
    }
    if (begun && !argumentsEnded && !closed) {
      tell(sink);
    }
    return read;
  }

  private void read(char c) {
    text.append(c);
    if (escaped) {
      escaped = false;
    } else if (inString) {
      escaped = c == '\\';
      inString = c != '"';
    } else {
      switch (c) {
        case '"' -> inString = true;
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        case '>' -> closed = endsWithTag();
        default -> {}
      }
    }
  }

  private boolean endsWithTag() {
    int from = text.length() - END.length();
    if (from < 0 || text.indexOf(END, from) != from) {
      return false;
    }
    text.setLength(from);
    return true;
  }

  /** The arguments begin with the bracket that was read last, if all before it is as usual. */
  private void begin(AnswerSink sink) {
    Matcher head = HEAD.matcher(text);
    if (head.lookingAt() && head.end() == text.length() - 1) {
      Optional<CallText> named = CallText.parse("{\"name\": \"" + head.group(1) + "\"}");
      if (named.isPresent()) {
        begun = true;
        told = head.end();
        depthOutside = depth - 1;
        sink.toolCall(index, named.get().name());
      }
    }
  }

  private void tell(AnswerSink sink) {
    if (text.length() > told) {
      sink.toolArguments(index, text.substring(told));
      told = text.length();
    }
  }

  /** Whether the closing tag has been read. */
  boolean isClosed() {
    return closed;
  }

  /** The closing tag has come, or the answer is over; returns whether this was a call. */
  boolean end(AnswerSink sink) {
    Optional<CallText> whole = CallText.parse(text.toString());
    if (begun) {
      if (whole.isEmpty()) {
        sink.malformed("a call that is no JSON object");
      }
      return true;
    }
    whole.ifPresent(
        call -> {
          sink.toolCall(index, call.name());
          sink.toolArguments(index, call.arguments());
        });
    return whole.isPresent();
  }

  String text() {
    return text.toString();
  }
}
