package dev.javelin.server.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.engine.GenerationEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The content blocks of an Anthropic message as they grow: thinking, text, uses of tools. */
final class MessageBlocks {
  /** Takes the events of a stream. */
  interface Emitter {
    /**
     * @throws IOException if the client is gone
     */
    void send(String type, Map<String, Object> fields) throws IOException;
  }

  /** What a block is. */
  private enum Kind {
    NONE,
    THINKING,
    TEXT,
    TOOL_USE
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final boolean thinking;
  private final Emitter emitter;
  private final List<Map<String, Object>> done = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private Kind kind = Kind.NONE;
  private String callId;
  private String callName;

  /**
   * @param thinking whether thinking is shown
   */
  MessageBlocks(boolean thinking, Emitter emitter) {
    this.thinking = thinking;
    this.emitter = emitter;
  }

  void event(GenerationEvent event) throws IOException {
    switch (event) {
      case GenerationEvent.Reasoning(var piece) -> {
        if (thinking) {
          begin(Kind.THINKING);
          more("thinking_delta", "thinking", piece);
        }
      }
      case GenerationEvent.Text(var piece) -> {
        begin(Kind.TEXT);
        more("text_delta", "text", piece);
      }
      case GenerationEvent.ToolCallStarted(var index, var id, var name) -> {
        close();
        callId = id;
        callName = name;
        begin(Kind.TOOL_USE);
      }
      case GenerationEvent.ToolCallArguments(var index, var piece) ->
          more("input_json_delta", "partial_json", piece);
      case GenerationEvent.TokenChosen t -> {}
      case GenerationEvent.Prefilled p -> {}
      case GenerationEvent.Finished f -> {}
      case GenerationEvent.Failed f -> {}
    }
  }

  /** Closes the last block and returns all. */
  List<Map<String, Object>> end() throws IOException {
    close();
    return done;
  }

  private void begin(Kind wanted) throws IOException {
    if (kind == wanted) {
      return;
    }
    close();
    kind = wanted;
    text.setLength(0);
    emitter.send("content_block_start", at("content_block", block(true)));
  }

  private void more(String type, String field, String piece) throws IOException {
    text.append(piece);
    emitter.send("content_block_delta", at("delta", pair(type, field, piece)));
  }

  private void close() throws IOException {
    if (kind == Kind.NONE) {
      return;
    }
    if (kind == Kind.THINKING) {
      emitter.send("content_block_delta", at("delta", pair("signature_delta", "signature", "")));
    }
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("index", done.size());
    emitter.send("content_block_stop", index);
    done.add(block(false));
    kind = Kind.NONE;
  }

  private Map<String, Object> block(boolean empty) {
    String content = empty ? "" : text.toString();
    return switch (kind) {
      case THINKING -> {
        Map<String, Object> block = pair("thinking", "thinking", content);
        block.put("signature", "");
        yield block;
      }
      case TEXT, NONE -> pair("text", "text", content);
      case TOOL_USE -> {
        Map<String, Object> block = pair("tool_use", "id", callId);
        block.put("name", callName);
        block.put("input", empty ? Map.of() : input(content));
        yield block;
      }
    };
  }

  /** The arguments as an object; what the model wrote in a field of its own if it is none. */
  private static Object input(String arguments) {
    try {
      var tree = MAPPER.readTree(arguments);
      return tree != null && tree.isObject() ? tree : Map.of("_raw", arguments);
    } catch (JsonProcessingException e) {
      return Map.of("_raw", arguments);
    }
  }

  private Map<String, Object> at(String name, Object value) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("index", done.size());
    fields.put(name, value);
    return fields;
  }

  private static Map<String, Object> pair(String type, String field, String value) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", type);
    fields.put(field, value);
    return fields;
  }
}
