package dev.javelin.server.run;

import dev.javelin.engine.Generation;
import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.LanguageModel;
import dev.javelin.server.http.Call;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts generations for calls: takes places, submits, cancels when the client leaves, and keeps the books.
 */
public final class Generator {
  private final ModelHost host;
  private final Admission admission;

  public Generator(ModelHost host, Admission admission) {
    this.host = host;
    this.admission = admission;
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
    admission.enter(requests.size());
    List<Answering> started = new ArrayList<>();
    try {
      for (GenerationRequest request : requests) {
        Generation generation = model.submit(request);
        started.add(new LiveAnswering(generation, new Bookkeeping(call)));
      }
    } finally {
      if (started.size() < requests.size()) {
        started.forEach(Answering::cancel);
        for (int i = 0; i < requests.size(); i++) {
          admission.leave();
        }
      }
    }
    call.whenGone(() -> started.forEach(Answering::cancel));
    return started;
  }

  /** Writes down what one generation used. */
  private final class Bookkeeping implements LiveAnswering.Observer {
    private final Call call;

    Bookkeeping(Call call) {
      this.call = call;
    }

    @Override
    public void event(GenerationEvent event) {
      if (event instanceof GenerationEvent.Finished(GenerationResult result)) {
        call.facts().outcome(result.finishReason().text());
        call.facts()
            .addUsage(
                result.usage().promptTokens(), result.usage().cachedTokens(), result.usage().completionTokens());
      }
    }

    @Override
    public void over() {
      admission.leave();
    }
  }
}
