package dev.javelin.server.route;

import dev.javelin.engine.FinishReason;
import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationResult;
import dev.javelin.server.api.Ids;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The output items of a response as they grow: reasoning, messages, function calls, in the order in
 * which the model writes them. Each is announced, grows by deltas, and is closed when the next one
 * begins.
 */
final class ResponseItems {
  /** Takes the events of a stream. */
  interface Emitter {
    /**
     * @throws IOException if the client is gone
     */
    void send(String type, Map<String, Object> fields) throws IOException;
  }

  /** What an item is. */
  private enum Kind {
    NONE,
    REASONING,
    MESSAGE,
    CALL
  }

  private final Emitter emitter;
  private final List<Map<String, Object>> done = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private Kind kind = Kind.NONE;
  private String itemId;
  private String callId;
  private String callName;

  ResponseItems(Emitter emitter) {
    this.emitter = emitter;
  }

  void event(GenerationEvent event) throws IOException {
    switch (event) {
      case GenerationEvent.Reasoning(var piece) -> {
        begin(Kind.REASONING, "rs_");
        more("response.reasoning_text.delta", piece);
      }
      case GenerationEvent.Text(var piece) -> {
        begin(Kind.MESSAGE, "msg_");
        more("response.output_text.delta", piece);
      }
      case GenerationEvent.ToolCallStarted(var index, var id, var name) -> {
        close("completed");
        callId = id;
        callName = name;
        begin(Kind.CALL, "fc_");
      }
      case GenerationEvent.ToolCallArguments(var index, var piece) ->
          more("response.function_call_arguments.delta", piece);
      case GenerationEvent.TokenChosen t -> {}
      case GenerationEvent.Prefilled p -> {}
      case GenerationEvent.Finished f -> {}
      case GenerationEvent.Failed f -> {}
    }
  }

  /** Closes the last item and returns all. */
  List<Map<String, Object>> end(GenerationResult result) throws IOException {
    boolean cut =
        result.finishReason() == FinishReason.LENGTH
            || result.finishReason() == FinishReason.DEADLINE;
    close(cut ? "incomplete" : "completed");
    return done;
  }

  private void begin(Kind wanted, String prefix) throws IOException {
    if (kind == wanted && wanted != Kind.CALL) {
      return;
    }
    close("completed");
    kind = wanted;
    itemId = Ids.next(prefix);
    text.setLength(0);
    emitter.send("response.output_item.added", at("item", item("in_progress", false)));
    if (kind != Kind.CALL) {
      emitter.send("response.content_part.added", inPart("part", part("")));
    }
  }

  private void more(String type, String piece) throws IOException {
    text.append(piece);
    Map<String, Object> fields = kind == Kind.CALL ? named() : inPart("delta", piece);
    fields.put("delta", piece);
    if (kind == Kind.MESSAGE) {
      fields.put("logprobs", List.of());
    }
    emitter.send(type, fields);
  }

  private void close(String status) throws IOException {
    if (kind == Kind.NONE) {
      return;
    }
    switch (kind) {
      case REASONING ->
          emitter.send("response.reasoning_text.done", inPart("text", text.toString()));
      case MESSAGE -> {
        Map<String, Object> fields = inPart("text", text.toString());
        fields.put("logprobs", List.of());
        emitter.send("response.output_text.done", fields);
      }
      case CALL -> {
        Map<String, Object> fields = named();
        fields.put("name", callName);
        fields.put("arguments", text.toString());
        emitter.send("response.function_call_arguments.done", fields);
      }
      case NONE -> {}
    }
    if (kind != Kind.CALL) {
      emitter.send("response.content_part.done", inPart("part", part(text.toString())));
    }
    Map<String, Object> item = item(status, true);
    emitter.send("response.output_item.done", at("item", item));
    done.add(item);
    kind = Kind.NONE;
  }

  private Map<String, Object> item(String status, boolean filled) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("id", itemId);
    switch (kind) {
      case REASONING -> {
        item.put("type", "reasoning");
        item.put("summary", List.of());
        item.put("content", filled ? List.of(part(text.toString())) : List.of());
        item.put("encrypted_content", null);
      }
      case MESSAGE -> {
        item.put("type", "message");
        item.put("role", "assistant");
        item.put("content", filled ? List.of(part(text.toString())) : List.of());
      }
      case CALL -> {
        item.put("type", "function_call");
        item.put("call_id", callId);
        item.put("name", callName);
        item.put("arguments", filled ? text.toString() : "");
      }
      case NONE -> {}
    }
    item.put("status", status);
    return item;
  }

  private Map<String, Object> part(String content) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("type", kind == Kind.REASONING ? "reasoning_text" : "output_text");
    part.put("text", content);
    if (kind == Kind.MESSAGE) {
      part.put("annotations", List.of());
      part.put("logprobs", List.of());
    }
    return part;
  }

  private Map<String, Object> at(String name, Object value) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("output_index", done.size());
    fields.put(name, value);
    return fields;
  }

  private Map<String, Object> named() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("item_id", itemId);
    fields.put("output_index", done.size());
    return fields;
  }

  private Map<String, Object> inPart(String name, Object value) {
    Map<String, Object> fields = named();
    fields.put("content_index", 0);
    fields.put(name, value);
    return fields;
  }
}
