package dev.javelin.server.route;

import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Prompt;
import dev.javelin.server.api.ChatCompletion;
import dev.javelin.server.api.ChatRequest;
import dev.javelin.server.api.ContentLogprobs;
import dev.javelin.server.api.Ids;
import dev.javelin.server.api.TimingsBody;
import dev.javelin.server.api.TokenLogprob;
import dev.javelin.server.api.UsageBody;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.Fields;
import dev.javelin.server.http.Handler;
import dev.javelin.server.run.Answering;
import dev.javelin.server.run.Answerings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code POST /v1/chat/completions}: OpenAI's chat, streamed or whole. */
public final class ChatCompletionsHandler implements Handler {
  private final Backend backend;

  public ChatCompletionsHandler(Backend backend) {
    this.backend = backend;
  }

  @Override
  public void handle(Call call) throws IOException {
    Fields fields = call.fields();
    LanguageModel model = backend.model(fields);
    ChatRequest request = ChatRequest.read(fields, backend.today());
    var reader =
        backend
            .generation(call, fields, model)
            .withTopLogprobs(request.topLogprobs())
            .withRules(request.conversation(), request.toolChoice())
            .withProgress(request.progress() && request.stream());
    Prompt prompt = new Prompt.Chat(request.conversation());
    var requests = reader.requests(prompt, reader.choices());
    call.checkUnknown(fields);
    List<Answering> answerings = backend.generator().startAll(call, requests);
    if (request.stream()) {
      new ChatStream(call, backend, model, request, answerings).run();
    } else {
      List<ContentLogprobs> logprobs =
          answerings.stream().map(a -> new ContentLogprobs(model, prompt)).toList();
      whole(call, request, answerings, logprobs);
    }
  }

  private void whole(
      Call call, ChatRequest request, List<Answering> answerings, List<ContentLogprobs> logprobs)
      throws IOException {
    List<List<TokenLogprob>> tokens = new ArrayList<>();
    answerings.forEach(a -> tokens.add(new ArrayList<>()));
    List<GenerationResult> results =
        Answerings.follow(
            answerings,
            (choice, event) -> {
              switch (event) {
                case GenerationEvent.TokenChosen(var token) -> logprobs.get(choice).chosen(token);
                case GenerationEvent.Text(var piece) ->
                    logprobs
                        .get(choice)
                        .take(piece)
                        .forEach(t -> tokens.get(choice).add(TokenLogprob.of(t.token())));
                case GenerationEvent.Reasoning r -> {}
                case GenerationEvent.ToolCallStarted s -> {}
                case GenerationEvent.ToolCallArguments a -> {}
                case GenerationEvent.Prefilled p -> {}
                case GenerationEvent.Finished f -> {}
                case GenerationEvent.Failed f -> {}
              }
            });
    FinishReasons.check(results);
    List<ChatCompletion.Choice> choices = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      choices.add(
          new ChatCompletion.Choice(
              i,
              ChatCompletion.ChatMessage.of(results.get(i)),
              request.topLogprobs().isPresent()
                  ? new ChatCompletion.Logprobs(tokens.get(i), null)
                  : null,
              FinishReasons.openAi(results.get(i).finishReason()),
              results.get(i).obeysRules() ? null : false));
    }
    call.send(
        200,
        new ChatCompletion(
            Ids.next("chatcmpl-"),
            "chat.completion",
            Ids.nowSeconds(),
            backend.modelName(),
            choices,
            UsageBody.of(results),
            backend.fingerprint(),
            TimingsBody.of(results.getFirst())));
  }
}
