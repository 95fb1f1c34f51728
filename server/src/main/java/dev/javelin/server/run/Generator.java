package dev.javelin.server.run;

import dev.javelin.engine.FinishReason;
import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.LanguageModel;
import dev.javelin.server.http.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts generations for calls: looks into the cache, takes places, submits, cancels when the
 * client leaves, and keeps the books.
 */
public final class Generator {
  private final ModelHost host;
  private final Admission admission;
  private final AnswerCache cache;
  private final Metrics metrics;

  public Generator(ModelHost host, Admission admission, AnswerCache cache, Metrics metrics) {
    this.host = host;
    this.admission = admission;
    this.cache = cache;
    this.metrics = metrics;
  }

  /** The model, if it is ready. */
  public LanguageModel model() {
    return host.model();
  }

  /** Starts one generation; errors that can be known now are thrown now. */
  public Answering start(Call call, GenerationRequest request) {
    return startAll(call, List.of(request)).getFirst();
  }

  /** Starts some generations for one call, or none. */
  public List<Answering> startAll(Call call, List<GenerationRequest> requests) {
    LanguageModel model = host.model();
    List<Optional<String>> keys = new ArrayList<>();
    List<Answering> answers = new ArrayList<>();
    int missing = 0;
    for (GenerationRequest request : requests) {
      Optional<String> key = cache.key(model, request);
      Optional<List<GenerationEvent>> found = key.flatMap(cache::find);
      keys.add(key);
      answers.add(found.map(events -> repeated(call, events)).orElse(null));
      missing += found.isPresent() ? 0 : 1;
    }
    admission.enter(missing);
    List<LiveAnswering> started = new ArrayList<>();
    try {
      for (int i = 0; i < requests.size(); i++) {
        if (answers.get(i) == null) {
          LiveAnswering.Observer books = new Bookkeeping(call, keys.get(i));
          LiveAnswering live = new LiveAnswering(host.submit(requests.get(i)), books);
          started.add(live);
          answers.set(i, live);
        }
      }
    } finally {
      if (started.size() < missing) {
        started.forEach(Answering::cancel);
        for (int i = 0; i < missing; i++) {
          admission.leave();
        }
      }
    }
    if (!started.isEmpty()) {
      call.whenOver(() -> started.forEach(LiveAnswering::end));
      call.whenGone(() -> started.forEach(Answering::cancel));
    }
    return answers;
  }

  private static Answering repeated(Call call, List<GenerationEvent> events) {
    CachedAnswering answering = new CachedAnswering(events);
    GenerationResult result = answering.result();
    call.facts().answeredFromCache();
    call.facts().outcome(result.finishReason().text());
    call.facts()
        .addUsage(
            result.usage().promptTokens(),
            result.usage().cachedTokens(),
            result.usage().completionTokens());
    return answering;
  }

  /** Writes down what one generation gave and used. */
  private final class Bookkeeping implements LiveAnswering.Observer {
    private final Call call;
    private final Optional<String> key;
    private final List<GenerationEvent> events = new ArrayList<>();
    private long lastNanos;

    Bookkeeping(Call call, Optional<String> key) {
      this.call = call;
      this.key = key;
    }

    @Override
    public void event(GenerationEvent event) {
      if (key.isPresent()) {
        events.add(event);
      }
      switch (event) {
        case GenerationEvent.Finished(GenerationResult result) -> finished(result);
        case GenerationEvent.Failed failed -> metrics.failed(failed.error().code());
        case GenerationEvent.Text t -> piece();
        case GenerationEvent.Reasoning r -> piece();
        case GenerationEvent.ToolCallArguments a -> piece();
        case GenerationEvent.ToolCallStarted s -> {}
        case GenerationEvent.TokenChosen t -> {}
        case GenerationEvent.Prefilled p -> {}
      }
    }

    private void piece() {
      long now = System.nanoTime();
      if (lastNanos != 0) {
        metrics.betweenPieces(now - lastNanos);
      }
      lastNanos = now;
    }

    private void finished(GenerationResult result) {
      call.facts().outcome(result.finishReason().text());
      call.facts()
          .addUsage(
              result.usage().promptTokens(),
              result.usage().cachedTokens(),
              result.usage().completionTokens());
      metrics.finished(result);
      FinishReason reason = result.finishReason();
      if (key.isPresent() && reason != FinishReason.CANCELLED && reason != FinishReason.DEADLINE) {
        cache.put(key.get(), events, result.usage().completionTokens());
      }
    }

    @Override
    public void over() {
      admission.leave();
    }
  }
}
