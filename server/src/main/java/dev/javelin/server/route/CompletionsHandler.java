package dev.javelin.server.route;

import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Prompt;
import dev.javelin.server.api.ChatChunk;
import dev.javelin.server.api.CompletionRequest;
import dev.javelin.server.api.ContentLogprobs;
import dev.javelin.server.api.GenerationReader;
import dev.javelin.server.api.Ids;
import dev.javelin.server.api.TextCompletion;
import dev.javelin.server.api.TimingsBody;
import dev.javelin.server.api.UsageBody;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.EventStream;
import dev.javelin.server.http.Fields;
import dev.javelin.server.http.Handler;
import dev.javelin.server.run.Answering;
import dev.javelin.server.run.Answerings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code POST /v1/completions}: continues texts, without a chat format. */
public final class CompletionsHandler implements Handler {
  /** What OpenAI takes if a request does not say. */
  private static final int STANDARD_TOKENS = 16;

  private final Backend backend;

  public CompletionsHandler(Backend backend) {
    this.backend = backend;
  }

  @Override
  public void handle(Call call) throws IOException {
    Fields fields = call.fields();
    LanguageModel model = backend.model(fields);
    CompletionRequest request = CompletionRequest.read(fields);
    GenerationReader reader =
        backend
            .generation(call, fields, model)
            .withTopLogprobs(request.topLogprobs())
            .withRules()
            .withStandardMaxTokens(STANDARD_TOKENS);
    int choices = reader.choices();
    List<GenerationRequest> requests = new ArrayList<>();
    for (Prompt prompt : request.prompts()) {
      requests.addAll(reader.requests(prompt, choices));
    }
    call.checkUnknown(fields);
    List<Answering> answerings = backend.generator().startAll(call, requests);
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      parts.add(new Part(model, request, requests.get(i).prompt()));
    }
    new Writer(call, request, parts, choices).write(answerings);
  }

  /** One continuation as it grows. */
  private static final class Part {
    final String echoed;
    final ContentLogprobs logprobs;
    final TextCompletion.Logprobs all;
    final boolean wanted;

    Part(LanguageModel model, CompletionRequest request, Prompt prompt) {
      echoed =
          !request.echo()
              ? ""
              : switch (prompt) {
                case Prompt.Text text -> text.text();
                case Prompt.Ids ids -> model.tokenizer().decode(ids.ids());
                case Prompt.Chat chat -> "";
              };
      wanted = request.topLogprobs().isPresent();
      logprobs = new ContentLogprobs(model, prompt);
      all = TextCompletion.Logprobs.of(List.of());
    }

    /** The tokens of a piece; null if nobody asked. */
    TextCompletion.Logprobs take(String piece) {
      return wanted ? TextCompletion.Logprobs.of(logprobs.take(piece)) : null;
    }
  }

  /** Writes one answer, whole or in pieces. */
  private final class Writer {
    private final Call call;
    private final CompletionRequest request;
    private final List<Part> parts;
    private final int choices;
    private final String id = Ids.next("cmpl-");
    private final long created = Ids.nowSeconds();
    private EventStream stream;

    Writer(Call call, CompletionRequest request, List<Part> parts, int choices) {
      this.call = call;
      this.request = request;
      this.parts = parts;
      this.choices = choices;
    }

    void write(List<Answering> answerings) throws IOException {
      if (request.stream()) {
        stream = call.stream();
        for (int i = 0; i < parts.size(); i++) {
          if (!parts.get(i).echoed.isEmpty()) {
            send(new TextCompletion.Choice(parts.get(i).echoed, i, null, null, null));
          }
        }
      }
      List<GenerationResult> results = Answerings.follow(answerings, this::event);
      if (stream == null) {
        whole(results);
        return;
      }
      if (request.includeUsage()) {
        stream.send(
            body(
                List.of(),
                UsageBody.ofPrompts(results, choices),
                TimingsBody.of(results.getFirst())));
      }
      stream.sendText("[DONE]");
      stream.end();
    }

    private void event(int index, GenerationEvent event) throws IOException {
      Part part = parts.get(index);
      switch (event) {
        case GenerationEvent.TokenChosen(var token) -> part.logprobs.chosen(token);
        case GenerationEvent.Text(var piece) -> {
          TextCompletion.Logprobs tokens = part.take(piece);
          if (stream != null) {
            send(new TextCompletion.Choice(piece, index, tokens, null, null));
          } else if (tokens != null) {
            part.all.addAll(tokens);
          }
        }
        case GenerationEvent.Finished(var result) -> {
          if (stream != null) {
            send(
                new TextCompletion.Choice(
                    "",
                    index,
                    null,
                    FinishReasons.openAi(result.finishReason()),
                    result.obeysRules() ? null : false));
          }
        }
        case GenerationEvent.Reasoning r -> {}
        case GenerationEvent.ToolCallStarted s -> {}
        case GenerationEvent.ToolCallArguments a -> {}
        case GenerationEvent.Prefilled p -> {}
        case GenerationEvent.Failed f -> {}
      }
    }

    private void whole(List<GenerationResult> results) throws IOException {
      FinishReasons.check(results);
      List<TextCompletion.Choice> all = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        Part part = parts.get(i);
        all.add(
            new TextCompletion.Choice(
                part.echoed + results.get(i).text(),
                i,
                part.wanted ? part.all : null,
                FinishReasons.openAi(results.get(i).finishReason()),
                results.get(i).obeysRules() ? null : false));
      }
      call.send(
          200,
          body(all, UsageBody.ofPrompts(results, choices), TimingsBody.of(results.getFirst())));
    }

    private void send(TextCompletion.Choice choice) throws IOException {
      Object usage = request.includeUsage() ? ChatChunk.usageLater() : null;
      stream.send(body(List.of(choice), usage, null));
    }

    private TextCompletion body(
        List<TextCompletion.Choice> all, Object usage, TimingsBody timings) {
      return new TextCompletion(
          id,
          "text_completion",
          created,
          backend.modelName(),
          backend.fingerprint(),
          all,
          usage,
          timings);
    }
  }
}
