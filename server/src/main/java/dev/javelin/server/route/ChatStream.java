package dev.javelin.server.route;

import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Prompt;
import dev.javelin.server.api.ChatChunk;
import dev.javelin.server.api.ChatChunk.CallDelta;
import dev.javelin.server.api.ChatChunk.Delta;
import dev.javelin.server.api.ChatCompletion;
import dev.javelin.server.api.ChatRequest;
import dev.javelin.server.api.ContentLogprobs;
import dev.javelin.server.api.Ids;
import dev.javelin.server.api.TimingsBody;
import dev.javelin.server.api.TokenLogprob;
import dev.javelin.server.api.UsageBody;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.EventStream;
import dev.javelin.server.run.Answering;
import dev.javelin.server.run.Answerings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A streamed chat answer. Order of events: one chunk with the role for each choice, chunks with
 * what is new, a chunk with the finish reason for each choice, usage if asked for, {@code [DONE]}.
 */
final class ChatStream {
  private final Call call;
  private final Backend backend;
  private final ChatRequest request;
  private final List<Answering> answerings;
  private final List<ContentLogprobs> logprobs = new ArrayList<>();
  private final String id = Ids.next("chatcmpl-");
  private final long created = Ids.nowSeconds();
  private EventStream stream;

  ChatStream(
      Call call,
      Backend backend,
      LanguageModel model,
      ChatRequest request,
      List<Answering> answerings) {
    this.call = call;
    this.backend = backend;
    this.request = request;
    this.answerings = answerings;
    Prompt prompt = new Prompt.Chat(request.conversation());
    answerings.forEach(a -> logprobs.add(new ContentLogprobs(model, prompt)));
  }

  void run() throws IOException {
    stream = call.stream();
    for (int choice = 0; choice < answerings.size(); choice++) {
      send(choice, Delta.first(), null);
    }
    List<GenerationResult> results = Answerings.follow(answerings, this::event);
    if (request.includeUsage()) {
      stream.send(
          chunk(List.of(), UsageBody.of(results), TimingsBody.of(results.getFirst()), null));
    }
    stream.sendText("[DONE]");
    stream.end();
  }

  private void event(int choice, GenerationEvent event) throws IOException {
    switch (event) {
      case GenerationEvent.TokenChosen(var token) -> logprobs.get(choice).chosen(token);
      case GenerationEvent.Text(var piece) ->
          send(choice, Delta.content(piece), logprobs(choice, piece));
      case GenerationEvent.Reasoning(var piece) -> send(choice, Delta.reasoning(piece), null);
      case GenerationEvent.ToolCallStarted(var index, var callId, var name) ->
          send(choice, Delta.call(CallDelta.start(index, callId, name)), null);
      case GenerationEvent.ToolCallArguments(var index, var piece) ->
          send(choice, Delta.call(CallDelta.more(index, piece)), null);
      case GenerationEvent.Prefilled(var done, var total) ->
          stream.send(chunk(List.of(), usageLater(), null, new ChatChunk.Progress(done, total)));
      case GenerationEvent.Finished(var result) ->
          send(
              new ChatChunk.Choice(
                  choice,
                  Delta.NOTHING,
                  null,
                  FinishReasons.openAi(result.finishReason()),
                  result.obeysRules() ? null : false));
      case GenerationEvent.Failed f -> {}
    }
  }

  private ChatCompletion.Logprobs logprobs(int choice, String piece) {
    if (request.topLogprobs().isEmpty()) {
      return null;
    }
    return new ChatCompletion.Logprobs(
        logprobs.get(choice).take(piece).stream().map(t -> TokenLogprob.of(t.token())).toList(),
        null);
  }

  private void send(int choice, Delta delta, ChatCompletion.Logprobs tokens) throws IOException {
    send(new ChatChunk.Choice(choice, delta, tokens, null, null));
  }

  private void send(ChatChunk.Choice choice) throws IOException {
    stream.send(chunk(List.of(choice), usageLater(), null, null));
  }

  private Object usageLater() {
    return request.includeUsage() ? ChatChunk.usageLater() : null;
  }

  private ChatChunk chunk(
      List<ChatChunk.Choice> choices,
      Object usage,
      TimingsBody timings,
      ChatChunk.Progress progress) {
    return new ChatChunk(
        id,
        "chat.completion.chunk",
        created,
        backend.modelName(),
        backend.fingerprint(),
        choices,
        usage,
        timings,
        progress);
  }
}
