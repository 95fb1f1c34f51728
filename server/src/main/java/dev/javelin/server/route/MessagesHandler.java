package dev.javelin.server.route;

import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Prompt;
import dev.javelin.engine.Usage;
import dev.javelin.server.api.Ids;
import dev.javelin.server.api.MessagesRequest;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.EventStream;
import dev.javelin.server.http.Fields;
import dev.javelin.server.run.Answering;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code POST /v1/messages} and {@code /v1/messages/count_tokens}: Anthropic's chat. */
public final class MessagesHandler {
  private final Backend backend;

  public MessagesHandler(Backend backend) {
    this.backend = backend;
  }

  /** How many tokens a prompt has. */
  public void countTokens(Call call) throws IOException {
    Fields fields = call.fields();
    LanguageModel model = backend.model(fields);
    MessagesRequest request = MessagesRequest.read(fields, backend.today());
    call.checkUnknown(fields);
    call.send(
        200,
        Map.of("input_tokens", model.promptIds(new Prompt.Chat(request.conversation())).length));
  }

  /** The next message, whole or as events. */
  public void create(Call call) throws IOException {
    Fields fields = call.fields();
    LanguageModel model = backend.model(fields);
    MessagesRequest request = MessagesRequest.read(fields, backend.today());
    if (!fields.has("max_tokens")) {
      throw fields.missing("max_tokens");
    }
    Prompt prompt = new Prompt.Chat(request.conversation());
    var reader =
        backend
            .generation(call, fields, model)
            .withRules(request.conversation(), request.toolChoice());
    var requests = reader.requests(prompt, 1);
    call.checkUnknown(fields);
    Answering answering = backend.generator().start(call, requests.getFirst());
    String id = Ids.next("msg_");
    if (!request.stream()) {
      MessageBlocks blocks = new MessageBlocks(request.thinking(), (type, body) -> {});
      GenerationResult result = answering.forEach(blocks::event);
      FinishReasons.check(List.of(result));
      Stop stop = Stop.of(result);
      call.send(200, message(id, blocks.end(), stop, usage(result.usage())));
      return;
    }
    int promptTokens = model.promptIds(prompt).length;
    EventStream stream = call.stream();
    MessageBlocks.Emitter emitter =
        (type, fieldsOfEvent) -> {
          Map<String, Object> body = new LinkedHashMap<>();
          body.put("type", type);
          body.putAll(fieldsOfEvent);
          stream.send(type, body);
        };
    Map<String, Object> first =
        message(id, List.of(), Stop.NONE, usage(new Usage(promptTokens, 0, 0, 0)));
    emitter.send("message_start", Map.of("message", first));
    emitter.send("ping", Map.of());
    MessageBlocks blocks = new MessageBlocks(request.thinking(), emitter);
    GenerationResult result = answering.forEach(blocks::event);
    blocks.end();
    Map<String, Object> delta = new LinkedHashMap<>();
    delta.put("delta", Stop.of(result).body());
    delta.put("usage", usage(result.usage()));
    emitter.send("message_delta", delta);
    emitter.send("message_stop", Map.of());
    stream.end();
  }

  private Map<String, Object> message(
      String id, List<Map<String, Object>> content, Stop stop, Map<String, Object> usage) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("id", id);
    message.put("type", "message");
    message.put("role", "assistant");
    message.put("model", backend.modelName());
    message.put("content", content);
    message.putAll(stop.body());
    message.put("usage", usage);
    return message;
  }

  private static Map<String, Object> usage(Usage usage) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("input_tokens", usage.promptTokens() - usage.cachedTokens());
    body.put("cache_creation_input_tokens", 0);
    body.put("cache_read_input_tokens", usage.cachedTokens());
    body.put("output_tokens", usage.completionTokens());
    return body;
  }

  /**
   * Why a message ended, in Anthropic's words.
   *
   * @param sequence the stop sequence that was met, or null
   */
  private record Stop(String reason, String sequence) {
    static final Stop NONE = new Stop(null, null);

    static Stop of(GenerationResult result) {
      return switch (result.finishReason()) {
        case TOOL_CALLS -> new Stop("tool_use", null);
        case LENGTH, DEADLINE -> new Stop("max_tokens", null);
        case STOP, CANCELLED ->
            result
                .stop()
                .map(sequence -> new Stop("stop_sequence", sequence))
                .orElse(new Stop("end_turn", null));
      };
    }

    Map<String, Object> body() {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("stop_reason", reason);
      body.put("stop_sequence", sequence);
      return body;
    }
  }
}
