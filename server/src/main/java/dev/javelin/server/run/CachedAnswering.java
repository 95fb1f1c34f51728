package dev.javelin.server.run;

import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.Timings;
import dev.javelin.engine.Usage;
import java.io.IOException;
import java.util.List;

/**
 * An answer that was kept: its events once more. Nothing is computed for it, so its whole prompt
 * counts as cached and its times are 0.
 */
final class CachedAnswering implements Answering {
  private final List<GenerationEvent> events;
  private final GenerationResult result;

  /**
   * @param kept all events of the first time
   */
  CachedAnswering(List<GenerationEvent> kept) {
    this.events = kept.subList(0, kept.size() - 1);
    this.result = repeated(((GenerationEvent.Finished) kept.getLast()).result());
  }

  private static GenerationResult repeated(GenerationResult first) {
    Usage usage = first.usage();
    return new GenerationResult(
        first.text(),
        first.reasoning(),
        first.toolCalls(),
        first.finishReason(),
        first.stop(),
        first.ids(),
        first.malformed(),
        first.obeysRules(),
        new Usage(
            usage.promptTokens(),
            usage.promptTokens(),
            usage.completionTokens(),
            usage.reasoningTokens()),
        new Timings(0, 0, 0),
        first.blocks());
  }

  /** What {@link #forEach} will give. */
  GenerationResult result() {
    return result;
  }

  @Override
  public GenerationResult forEach(EventSink sink) throws IOException {
    for (GenerationEvent event : events) {
      sink.accept(event);
    }
    sink.accept(new GenerationEvent.Finished(result));
    return result;
  }

  @Override
  public void cancel() {
    // Nothing runs.
  }
}
