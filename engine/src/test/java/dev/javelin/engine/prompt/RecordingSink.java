package dev.javelin.engine.prompt;

import java.util.ArrayList;
import java.util.List;

/** Writes down what a parser says. */
public final class RecordingSink implements AnswerSink {
  public final StringBuilder content = new StringBuilder();
  public final StringBuilder reasoning = new StringBuilder();
  public final List<String> callNames = new ArrayList<>();
  public final List<StringBuilder> callArguments = new ArrayList<>();
  public final List<String> malformed = new ArrayList<>();

  @Override
  public void content(String piece) {
    content.append(piece);
  }

  @Override
  public void reasoning(String piece) {
    reasoning.append(piece);
  }

  @Override
  public void toolCall(int index, String name) {
    if (index != callNames.size()) {
      throw new IllegalStateException("calls are numbered from 0: " + index);
    }
    callNames.add(name);
    callArguments.add(new StringBuilder());
  }

  @Override
  public void toolArguments(int index, String piece) {
    callArguments.get(index).append(piece);
  }

  @Override
  public void malformed(String what) {
    malformed.add(what);
  }

  /**
   * Everything that was read, in one line for comparison: content | reasoning | name(arguments)...
   */
  @Override
  public String toString() {
    StringBuilder calls = new StringBuilder();
    for (int i = 0; i < callNames.size(); i++) {
      calls
          .append(i > 0 ? " " : "")
          .append(callNames.get(i))
          .append('(')
          .append(callArguments.get(i))
          .append(')');
    }
    return content + " | " + reasoning + " | " + calls;
  }
}
