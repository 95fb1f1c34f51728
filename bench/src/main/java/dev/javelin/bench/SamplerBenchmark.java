package dev.javelin.bench;

import dev.javelin.engine.sampling.Sampler;
import dev.javelin.engine.sampling.SamplingParameters;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Picking one token from the logits of a large vocabulary. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 100, timeUnit = TimeUnit.MILLISECONDS)
public class SamplerBenchmark {
  /** Standard deviation of the logits: about what models have. */
  private static final float DEVIATION = 3;

  private static final int SEEN_TOKENS = 4096;

  /** gpt-oss. */
  @Param({"201088"})
  private int vocabulary;

  @Param({"GREEDY", "DEFAULTS", "TOP_P", "PURE", "PENALTIES"})
  private Chain chain;

  private Sampler sampler;
  private float[] source;
  private float[] logits;

  /** What is asked of the sampler. */
  public enum Chain {
    GREEDY(SamplingParameters.GREEDY),
    /** Top 40, top-p 0.95, min-p 0.05, temperature 0.8. */
    DEFAULTS(SamplingParameters.defaults()),
    /** No top-k before it: the costly one. */
    TOP_P(SamplingParameters.GREEDY.withTemperature(1).withTopP(0.95f)),
    /** Every token has its chance. */
    PURE(SamplingParameters.GREEDY.withTemperature(1)),
    PENALTIES(
        SamplingParameters.defaults()
            .withRepetitionPenalty(1.1f)
            .withPresencePenalty(0.1f)
            .withPenaltyWindow(SEEN_TOKENS));

    private final SamplingParameters parameters;

    Chain(SamplingParameters parameters) {
      this.parameters = parameters;
    }
  }

  /** Made by JMH. */
  public SamplerBenchmark() {}

  @Setup
  public void setUp() {
    sampler = new Sampler(chain.parameters.withSeed(1), vocabulary);
    source = Weights.activations(vocabulary);
    for (int i = 0; i < vocabulary; i++) {
      source[i] *= DEVIATION;
    }
    logits = new float[vocabulary];
    for (int i = 0; i < SEEN_TOKENS; i++) {
      sampler.accept(i * 37 % vocabulary);
    }
    int best = sample();
    if (chain == Chain.GREEDY) {
      for (float logit : source) {
        if (logit > source[best]) {
          throw new IllegalStateException("token " + best + " is not the most likely one");
        }
      }
    }
  }

  /** The sampler consumes its logits: the copy is part of the time, about a tenth of greedy's. */
  @Benchmark
  public int sample() {
    System.arraycopy(source, 0, logits, 0, vocabulary);
    return sampler.sample(logits, 0);
  }
}
