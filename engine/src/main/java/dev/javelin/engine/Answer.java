package dev.javelin.engine;

import dev.javelin.engine.prompt.AnswerParser;
import dev.javelin.engine.prompt.AnswerSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One answer as it grows: feeds the tokens to the chat format's parser, watches for stop strings,
 * passes events on and keeps what the result needs.
 */
final class Answer implements AnswerSink {
  private final AnswerParser parser;
  private final StopStrings stops;
  private final Consumer<GenerationEvent> events;
  private final String callIdPrefix;
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final List<OpenCall> calls = new ArrayList<>();
  private int reasoningTokens;
  private int malformed;

  private record OpenCall(String id, String name, StringBuilder arguments) {}

  /**
   * @param callIdPrefix makes the ids of tool calls differ between answers
   */
  Answer(
      AnswerParser parser,
      List<String> stop,
      String callIdPrefix,
      Consumer<GenerationEvent> events) {
    this.parser = parser;
    this.stops = new StopStrings(stop);
    this.callIdPrefix = callIdPrefix;
    this.events = events;
  }

  void accept(int token) {
    boolean thinking = parser.inReasoning();
    parser.accept(token, this);
    if (thinking || parser.inReasoning()) {
      reasoningTokens++;
    }
  }

  void end() {
    parser.end(this);
    emit(stops.end());
  }

  /** The stop string that ended the text. */
  Optional<String> stop() {
    return stops.met();
  }

  @Override
  public void content(String piece) {
    emit(stops.accept(piece));
  }

  @Override
  public void reasoning(String piece) {
    if (!piece.isEmpty()) {
      reasoning.append(piece);
      events.accept(new GenerationEvent.Reasoning(piece));
    }
  }

  @Override
  public void toolCall(int index, String name) {
    OpenCall call = new OpenCall(callIdPrefix + index, name, new StringBuilder());
    calls.add(call);
    events.accept(new GenerationEvent.ToolCallStarted(index, call.id(), name));
  }

  @Override
  public void toolArguments(int index, String piece) {
    calls.get(index).arguments().append(piece);
    events.accept(new GenerationEvent.ToolCallArguments(index, piece));
  }

  @Override
  public void malformed(String what) {
    malformed++;
  }

  String text() {
    return text.toString();
  }

  String reasoning() {
    return reasoning.toString();
  }

  List<ToolCall> toolCalls() {
    return calls.stream()
        .map(call -> new ToolCall(call.id(), call.name(), call.arguments().toString()))
        .toList();
  }

  int reasoningTokens() {
    return reasoningTokens;
  }

  int malformedCount() {
    return malformed;
  }

  private void emit(String piece) {
    if (!piece.isEmpty()) {
      text.append(piece);
      events.accept(new GenerationEvent.Text(piece));
    }
  }
}
