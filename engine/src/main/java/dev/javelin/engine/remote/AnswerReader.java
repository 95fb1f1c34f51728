package dev.javelin.engine.remote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.FinishReason;
import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.Timings;
import dev.javelin.engine.ToolCall;
import dev.javelin.engine.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Puts the pieces of a streamed answer together, and passes each on as an event. */
final class AnswerReader {
  /** A call whose arguments are still coming. */
  private static final class Call {
    private final String id;
    private final String name;
    private final StringBuilder arguments = new StringBuilder();

    Call(String id, String name) {
      this.id = id;
      this.name = name;
    }
  }

  private final Consumer<GenerationEvent> sink;
  private final long startNanos = System.nanoTime();
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final List<Call> calls = new ArrayList<>();
  private Optional<FinishReason> finish = Optional.empty();
  private Usage usage = new Usage(0, 0, 0, 0);
  private long firstNanos;
  private long lastNanos;

  AnswerReader(Consumer<GenerationEvent> sink) {
    this.sink = sink;
  }

  /** Takes one chunk of a stream, or a whole answer that came in one piece. */
  void take(JsonNode chunk) {
    if (chunk.path("usage").isObject()) {
      usage = usage(chunk.get("usage"));
    }
    JsonNode choice = chunk.path("choices").path(0);
    if (choice.isMissingNode()) {
      return;
    }
    JsonNode delta = choice.has("delta") ? choice.get("delta") : choice.path("message");
    think(delta.path("reasoning_content").asText(delta.path("reasoning").asText("")));
    write(delta.path("content").asText(choice.path("text").asText("")));
    int position = 0;
    for (JsonNode call : delta.path("tool_calls")) {
      call(call, call.path("index").asInt(position++));
    }
    if (choice.path("finish_reason").isTextual()) {
      finish = Optional.of(reason(choice.get("finish_reason").asText()));
    }
  }

  private void think(String piece) {
    if (!piece.isEmpty()) {
      arrived();
      reasoning.append(piece);
      sink.accept(new GenerationEvent.Reasoning(piece));
    }
  }

  private void write(String piece) {
    if (!piece.isEmpty()) {
      arrived();
      text.append(piece);
      sink.accept(new GenerationEvent.Text(piece));
    }
  }

  private void call(JsonNode json, int index) {
    arrived();
    if (index == calls.size()) {
      Call begun =
          new Call(
              json.path("id").asText("call_" + index), json.path("function").path("name").asText());
      calls.add(begun);
      sink.accept(new GenerationEvent.ToolCallStarted(index, begun.id, begun.name));
    }
    String piece = json.path("function").path("arguments").asText("");
    if (index < calls.size() && !piece.isEmpty()) {
      calls.get(index).arguments.append(piece);
      sink.accept(new GenerationEvent.ToolCallArguments(index, piece));
    }
  }

  private void arrived() {
    lastNanos = System.nanoTime();
    if (firstNanos == 0) {
      firstNanos = lastNanos;
    }
  }

  /** Whether the server said that the answer is over. */
  boolean isFinished() {
    return finish.isPresent();
  }

  /** The answer so far, ended by what the server said. */
  GenerationResult result() {
    return result(finish.orElse(FinishReason.STOP));
  }

  GenerationResult result(FinishReason reason) {
    List<ToolCall> made =
        calls.stream()
            .map(call -> new ToolCall(call.id, call.name, call.arguments.toString()))
            .toList();
    long first = firstNanos == 0 ? System.nanoTime() : firstNanos;
    return new GenerationResult(
        text.toString(),
        reasoning.toString(),
        made,
        reason,
        Optional.empty(),
        new int[0],
        0,
        true,
        usage,
        new Timings(0, first - startNanos, Math.max(0, lastNanos - first)),
        Optional.empty());
  }

  private static FinishReason reason(String text) {
    return switch (text) {
      case "length" -> FinishReason.LENGTH;
      case "tool_calls", "function_call" -> FinishReason.TOOL_CALLS;
      default -> FinishReason.STOP;
    };
  }

  private static Usage usage(JsonNode json) {
    return new Usage(
        json.path("prompt_tokens").asInt(),
        json.path("prompt_tokens_details").path("cached_tokens").asInt(),
        json.path("completion_tokens").asInt(),
        json.path("completion_tokens_details").path("reasoning_tokens").asInt());
  }
}
