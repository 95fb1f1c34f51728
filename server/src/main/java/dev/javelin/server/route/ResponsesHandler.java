package dev.javelin.server.route;

import dev.javelin.engine.FinishReason;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Prompt;
import dev.javelin.engine.Usage;
import dev.javelin.server.api.Ids;
import dev.javelin.server.api.ResponsesRequest;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.EventStream;
import dev.javelin.server.http.Fields;
import dev.javelin.server.http.Handler;
import dev.javelin.server.run.Answering;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code POST /v1/responses}: OpenAI's newer chat, without state. */
public final class ResponsesHandler implements Handler {
  private final Backend backend;

  public ResponsesHandler(Backend backend) {
    this.backend = backend;
  }

  @Override
  public void handle(Call call) throws IOException {
    Fields fields = call.fields();
    LanguageModel model = backend.model(fields);
    ResponsesRequest request = ResponsesRequest.read(fields, backend.today());
    var reader =
        backend
            .generation(call, fields, model)
            .withRules(request.conversation(), request.toolChoice());
    var requests = reader.requests(new Prompt.Chat(request.conversation()), 1);
    call.checkUnknown(fields);
    Answering answering = backend.generator().start(call, requests.getFirst());
    new Writer(request).write(call, answering);
  }

  /** Writes one response, whole or as events. */
  private final class Writer {
    private final ResponsesRequest request;
    private final String id = Ids.next("resp_");
    private final long created = Ids.nowSeconds();

    Writer(ResponsesRequest request) {
      this.request = request;
    }

    void write(Call call, Answering answering) throws IOException {
      if (!request.stream()) {
        ResponseItems items = new ResponseItems((type, body) -> {});
        GenerationResult result = answering.forEach(items::event);
        FinishReasons.check(List.of(result));
        call.send(200, body(items.end(result), result));
        return;
      }
      EventStream stream = call.stream();
      Numbered numbered = new Numbered(stream);
      numbered.send("response.created", Map.of("response", body(List.of(), null)));
      numbered.send("response.in_progress", Map.of("response", body(List.of(), null)));
      ResponseItems items = new ResponseItems(numbered);
      GenerationResult result = answering.forEach(items::event);
      Map<String, Object> body = body(items.end(result), result);
      numbered.send("response." + body.get("status"), Map.of("response", body));
      stream.end();
    }

    /**
     * @param result null: it is being generated
     */
    private Map<String, Object> body(List<Map<String, Object>> output, GenerationResult result) {
      boolean cut = result != null && isCut(result.finishReason());
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("id", id);
      body.put("object", "response");
      body.put("created_at", created);
      body.put("status", result == null ? "in_progress" : cut ? "incomplete" : "completed");
      body.put("background", false);
      body.put("error", null);
      body.put("incomplete_details", cut ? Map.of("reason", "max_output_tokens") : null);
      body.put("model", backend.modelName());
      body.put("output", output);
      body.put("previous_response_id", null);
      body.put("service_tier", "default");
      body.put("store", false);
      body.put("truncation", "disabled");
      body.put("usage", result == null ? null : usage(result.usage()));
      body.putAll(request.echo());
      return body;
    }

    private static boolean isCut(FinishReason reason) {
      return reason == FinishReason.LENGTH || reason == FinishReason.DEADLINE;
    }

    private static Map<String, Object> usage(Usage usage) {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("input_tokens", usage.promptTokens());
      Map<String, Object> input = new LinkedHashMap<>();
      input.put("cached_tokens", usage.cachedTokens());
      input.put("cache_write_tokens", 0);
      body.put("input_tokens_details", input);
      body.put("output_tokens", usage.completionTokens());
      body.put("output_tokens_details", Map.of("reasoning_tokens", usage.reasoningTokens()));
      body.put("total_tokens", usage.promptTokens() + usage.completionTokens());
      return body;
    }
  }

  /** Sends events with their type and a number each. */
  private static final class Numbered implements ResponseItems.Emitter {
    private final EventStream stream;
    private int number;

    Numbered(EventStream stream) {
      this.stream = stream;
    }

    @Override
    public void send(String type, Map<String, Object> fields) throws IOException {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("type", type);
      body.put("sequence_number", number++);
      body.putAll(fields);
      stream.send(type, body);
    }
  }
}
