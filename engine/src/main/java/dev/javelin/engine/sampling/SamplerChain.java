package dev.javelin.engine.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Which steps a set of parameters asks for, in their order. A new step is one line in {@link #of}.
 */
final class SamplerChain {
  private final List<SamplerStep> steps = new ArrayList<>();

  private SamplerChain() {}

  static SamplerStep[] of(
      SamplingParameters p,
      TokenHistory recent,
      TokenHistory written,
      RandomStream random,
      int vocabularySize) {
    boolean draws = p.temperature() > 0;
    SamplerChain chain = new SamplerChain();
    chain.add(!p.logitBias().isEmpty(), () -> new LogitBiasStep(p.logitBias(), vocabularySize));
    chain.add(p.penalizesRecent(), () -> new RepetitionStep(p.repetitionPenalty(), recent));
    chain.add(
        p.penalizesWritten(),
        () -> new FrequencyStep(p.presencePenalty(), p.frequencyPenalty(), written));
    chain.add(draws && p.topK() > 0 && p.topK() < vocabularySize, () -> new TopKStep(p.topK()));
    chain.add(draws && p.topP() < 1, () -> new TopPStep(p.topP()));
    chain.add(draws && p.minP() > 0, () -> new MinPStep(p.minP()));
    chain.add(draws && p.temperature() != 1, () -> new TemperatureStep(p.temperature()));
    chain.add(draws, () -> new DrawStep(random));
    chain.add(!draws, GreedyStep::new);
    return chain.steps.toArray(SamplerStep[]::new);
  }

  private void add(boolean wanted, Supplier<SamplerStep> step) {
    if (wanted) {
      steps.add(step.get());
    }
  }
}
