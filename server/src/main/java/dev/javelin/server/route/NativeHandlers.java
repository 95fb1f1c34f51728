package dev.javelin.server.route;

import dev.javelin.engine.Conversation;
import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Message;
import dev.javelin.engine.Prompt;
import dev.javelin.server.api.ChatRequest;
import dev.javelin.server.api.Ids;
import dev.javelin.server.api.NativeAnswer;
import dev.javelin.server.api.ToolChoice;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.EventStream;
import dev.javelin.server.http.Fields;
import dev.javelin.server.run.Answering;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The native endpoints: {@code /generate} answers one prompt, {@code /chat} a conversation, {@code
 * /stream} either of them as named events. A prompt is asked through the model's chat format,
 * unless {@code raw} is set or there is none.
 */
public final class NativeHandlers {
  private final Backend backend;

  public NativeHandlers(Backend backend) {
    this.backend = backend;
  }

  /** One prompt. */
  public void generate(Call call) throws IOException {
    Fields fields = call.fields();
    LanguageModel model = backend.model(fields);
    answer(call, start(call, fields, model, prompt(fields, model), ToolChoice.AUTO));
  }

  /** A conversation. */
  public void chat(Call call) throws IOException {
    Fields fields = call.fields();
    LanguageModel model = backend.model(fields);
    ChatRequest request = ChatRequest.read(fields, backend.today());
    answer(
        call,
        start(call, fields, model, new Prompt.Chat(request.conversation()), request.toolChoice()));
  }

  private void answer(Call call, Answering answering) throws IOException {
    GenerationResult result = answering.await();
    FinishReasons.check(List.of(result));
    call.send(200, NativeAnswer.of(Ids.next("gen_"), backend.modelName(), result));
  }

  /** A prompt or a conversation, as events. */
  public void stream(Call call) throws IOException {
    Fields fields = call.fields();
    LanguageModel model = backend.model(fields);
    Answering answering;
    if (fields.has("messages")) {
      ChatRequest request = ChatRequest.read(fields, backend.today());
      answering =
          start(call, fields, model, new Prompt.Chat(request.conversation()), request.toolChoice());
    } else {
      answering = start(call, fields, model, prompt(fields, model), ToolChoice.AUTO);
    }
    EventStream stream = call.stream();
    answering.forEach(event -> event(stream, event));
    stream.end();
  }

  private void event(EventStream stream, GenerationEvent event) throws IOException {
    switch (event) {
      case GenerationEvent.Text(var piece) -> stream.send("text", Map.of("piece", piece));
      case GenerationEvent.Reasoning(var piece) -> stream.send("reasoning", Map.of("piece", piece));
      case GenerationEvent.ToolCallStarted(var index, var id, var name) -> {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("index", index);
        body.put("id", id);
        body.put("name", name);
        stream.send("tool_call", body);
      }
      case GenerationEvent.ToolCallArguments(var index, var piece) -> {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("index", index);
        body.put("piece", piece);
        stream.send("tool_arguments", body);
      }
      case GenerationEvent.Prefilled(var done, var total) -> {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("done", done);
        body.put("total", total);
        stream.send("prompt", body);
      }
      case GenerationEvent.Finished(var result) ->
          stream.send("done", NativeAnswer.of(Ids.next("gen_"), backend.modelName(), result));
      case GenerationEvent.TokenChosen t -> {}
      case GenerationEvent.Failed f -> {}
    }
  }

  private Answering start(
      Call call, Fields fields, LanguageModel model, Prompt prompt, ToolChoice choice) {
    fields.accept("stream");
    var reader =
        backend.generation(call, fields, model).withProgress(fields.flag("return_progress", false));
    reader =
        prompt instanceof Prompt.Chat(Conversation conversation)
            ? reader.withRules(conversation, choice)
            : reader.withRules();
    List<GenerationRequest> requests = reader.requests(prompt, 1);
    call.checkUnknown(fields);
    return backend.generator().start(call, requests.getFirst());
  }

  private Prompt prompt(Fields fields, LanguageModel model) {
    String text = fields.requiredText("prompt");
    boolean raw = fields.flag("raw", model.promptFormat().isEmpty());
    String system = fields.text("system").orElse("");
    var reasoning = ChatRequest.reasoning(fields);
    var format = ChatRequest.responseFormat(fields);
    if (raw) {
      return new Prompt.Text(text, true);
    }
    List<Message> messages = new ArrayList<>();
    if (!system.isEmpty()) {
      messages.add(Message.system(system));
    }
    messages.add(Message.user(text));
    return new Prompt.Chat(
        new Conversation(messages, List.of(), reasoning, format, null, backend.today()));
  }
}
