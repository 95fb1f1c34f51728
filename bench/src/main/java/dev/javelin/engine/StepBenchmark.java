package dev.javelin.engine;

import dev.javelin.engine.model.Batch;
import dev.javelin.engine.model.Model;
import dev.javelin.engine.model.ModelSizes;
import dev.javelin.engine.sampling.LogProbabilities;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.gguf.GgufFile;
import dev.javelin.kvcache.KvCache;
import dev.javelin.kvcache.KvLayout;
import dev.javelin.kvcache.KvPoolSize;
import dev.javelin.tensor.ops.KvBlockFormat;
import dev.javelin.tensor.ops.KvType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a step of the batch engine costs beside the forward pass: planning, blocks, sampling and
 * events. The model computes nothing, so this is all that is left. Lies in the engine's package,
 * since the loop is nobody else's business.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 100, timeUnit = TimeUnit.MILLISECONDS)
public class StepBenchmark {
  private static final int CONTEXT = 1 << 17;
  private static final int PROMPT_TOKENS = 500;

  @Param({"1", "8", "32"})
  private int sequences;

  private GgufFile file;
  private KvCache cache;
  private BatchEngine engine;
  private RequestReader requests;
  private final List<Generation> running = new ArrayList<>();

  /** Made by JMH. */
  public StepBenchmark() {}

  /** Keeps its promises of sizes and always means the same token. */
  private record Idle(ModelSizes sizes, KvLayout kvLayout) implements Model {
    private static final int TOKEN = 65;

    @Override
    public void forward(Batch batch, float[] logits) {
      for (int row = 0; row < batch.logitRowCount(); row++) {
        int from = row * sizes.vocabularySize();
        Arrays.fill(logits, from, from + sizes.vocabularySize(), 0);
        logits[from + TOKEN] = 1;
      }
    }
  }

  @Setup
  public void setUp() throws IOException {
    file = GgufFile.open(DemoModel.file());
    Tokenizer tokenizer = Tokenizer.of(file.metadata());
    ModelSizes sizes = new ModelSizes("idle", tokenizer.vocabularySize(), CONTEXT, 8, 2, 1, 1, 8);
    KvLayout layout = KvLayout.of(new KvBlockFormat(KvType.F16, 1, 8, 32), new int[] {0, 128});
    int chunk = EngineOptions.defaults().chunkTokens();
    cache = new KvCache(layout, KvPoolSize.ofTokens(layout, 1L << 20, sequences, chunk));
    requests =
        new RequestReader(file.metadata(), tokenizer, Optional.empty(), CONTEXT, chunk, cache);
    Model model = new Idle(sizes, layout);
    ModelInfo info =
        ModelInfos.of(file, model, tokenizer, Optional.empty(), CONTEXT, 1, cache.byteSize());
    engine = new BatchEngine(info, model, cache, sequences, chunk, new LogProbabilities(tokenizer));
  }

  /** New sequences, and steps until all of them decode. */
  @Setup(Level.Iteration)
  public void begin() {
    end();
    for (int i = 0; i < sequences; i++) {
      Generation handle = new Generation(() -> {});
      int[] ids = new int[PROMPT_TOKENS];
      Arrays.fill(ids, 100 + i);
      engine.submit(
          requests.read(
              GenerationRequest.ids(ids)
                  .sampling(SamplingParameters.GREEDY)
                  .ignoreEnd(true)
                  .build(),
              handle));
      running.add(handle);
    }
    for (int i = 0; i < sequences + PROMPT_TOKENS; i++) {
      engine.step();
    }
    EngineCounters counters = engine.counters();
    if (counters.waiting() > 0) {
      throw new IllegalStateException("not all run: " + counters);
    }
  }

  @Benchmark
  public boolean step() {
    return engine.step();
  }

  private void end() {
    running.forEach(Generation::cancel);
    engine.step();
    running.clear();
  }

  @TearDown
  public void tearDown() throws IOException {
    end();
    cache.close();
    file.close();
  }
}
