package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.model.Batch;
import dev.javelin.engine.model.Model;
import dev.javelin.engine.model.ModelSizes;
import dev.javelin.engine.prompt.AnswerGuide;
import dev.javelin.engine.prompt.AnswerParser;
import dev.javelin.engine.prompt.AnswerPart;
import dev.javelin.engine.prompt.AnswerSink;
import dev.javelin.engine.sampling.LogProbabilities;
import dev.javelin.engine.sampling.Sampler;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.kvcache.KvCache;
import dev.javelin.kvcache.KvLayout;
import dev.javelin.kvcache.KvPoolSize;
import dev.javelin.tensor.ops.KvBlockFormat;
import dev.javelin.tensor.ops.KvType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What goes wrong on the engine's thread ends the generation that it belongs to, and nobody waits
 * for ever. The model computes nothing: each token is as likely as any other.
 */
@Timeout(20)
class EngineFaultsTest {
  private static final int VOCABULARY = 8;
  private static final int BLOCKS = 32;
  private static final Runnable NOTHING = () -> {};

  private KvCache cache;
  private BatchEngine engine;
  private int submissions;

  private record Flat(KvLayout kvLayout) implements Model {
    @Override
    public ModelSizes sizes() {
      return new ModelSizes("flat", VOCABULARY, 512, 32, 1, 1, 1, 32);
    }

    @Override
    public void forward(Batch batch, float[] logits) {
      Arrays.fill(logits, 0);
    }
  }

  /** Does something where a token is chosen, and something else where the next one is guessed. */
  private record Guide(Runnable atChoice, Runnable atGuess) implements AnswerGuide {
    @Override
    public void restrict(float[] logits, int offset, int budget) {
      atChoice.run();
    }

    @Override
    public int[] likely(int budget, int most) {
      atGuess.run();
      return new int[0];
    }

    @Override
    public void accept(int token) {}

    @Override
    public boolean isComplete() {
      return true;
    }
  }

  private record Parser(Runnable atEnd) implements AnswerParser {
    @Override
    public void accept(int tokenId, AnswerSink sink) {}

    @Override
    public void end(AnswerSink sink) {
      atEnd.run();
    }

    @Override
    public AnswerPart part() {
      return AnswerPart.CONTENT;
    }
  }

  @BeforeEach
  void start() {
    KvLayout layout = KvLayout.of(new KvBlockFormat(KvType.F32, 1, 32, 32), new int[] {0});
    cache = new KvCache(layout, new KvPoolSize(BLOCKS));
    ModelInfo info =
        new ModelInfo(
            "flat",
            "flat",
            Path.of("flat"),
            0,
            0,
            Map.of(),
            VOCABULARY,
            1,
            32,
            512,
            512,
            "",
            "",
            1,
            0,
            0,
            "");
    engine = new BatchEngine(info, new Flat(layout), cache, 4, 64, new LogProbabilities(null));
    engine.start();
  }

  @AfterEach
  void close() {
    engine.close();
    cache.close();
  }

  private Generation submit(Generation handle, int maxTokens, Guide guide, Parser parser) {
    SamplingParameters greedy = SamplingParameters.GREEDY;
    engine.submit(
        new Sequence(
            GenerationRequest.ids(1, 2, 3).sampling(greedy).cacheSalt("" + submissions).build(),
            handle,
            new int[] {1, 2, 3},
            maxTokens,
            new Sampler(greedy, VOCABULARY),
            new Answer(parser, List.of(), "", handle::put),
            Optional.of(guide),
            Set.of(),
            submissions++,
            true));
    return handle;
  }

  private Generation submit(int maxTokens, Guide guide, Parser parser) {
    return submit(new Generation(engine::wake), maxTokens, guide, parser);
  }

  private Generation submit(int maxTokens, Guide guide) {
    return submit(maxTokens, guide, new Parser(NOTHING));
  }

  private Generation submitGood(int maxTokens) {
    return submit(maxTokens, new Guide(NOTHING, NOTHING));
  }

  private static void overflow() {
    throw new StackOverflowError("too deep");
  }

  private int free() {
    return engine.call((model, kv) -> kv.freeBlocks(0));
  }

  private void assertEndsAlone(Generation bad, Generation good) {
    GenerationFailed failure = assertThrows(GenerationFailed.class, bad::await);
    assertInstanceOf(StackOverflowError.class, failure.getCause());
    assertEquals(FinishReason.LENGTH, good.await().finishReason());
    assertEquals(2, submitGood(2).await().ids().length);
    assertEquals(BLOCKS, free());
  }

  @Test
  void anErrorWhereATokenIsChosenEndsThatGenerationAlone() {
    Generation good = submitGood(100);
    assertEndsAlone(submit(100, new Guide(EngineFaultsTest::overflow, NOTHING)), good);
  }

  @Test
  void anErrorWhereAStepIsPlannedEndsThatGenerationAlone() {
    Generation good = submitGood(100);
    assertEndsAlone(submit(100, new Guide(NOTHING, EngineFaultsTest::overflow)), good);
  }

  @Test
  void anErrorAtAnAnswersEndEndsThatGenerationAlone() {
    Generation good = submitGood(100);
    Guide guide = new Guide(NOTHING, NOTHING);
    assertEndsAlone(submit(3, guide, new Parser(EngineFaultsTest::overflow)), good);
  }

  @Test
  void anErrorAtACancelledAnswersEndEndsThatGenerationAlone() {
    Generation good = submitGood(100);
    Guide guide = new Guide(NOTHING, NOTHING);
    Generation bad = submit(400, guide, new Parser(EngineFaultsTest::overflow));
    bad.cancel();
    assertEndsAlone(bad, good);
  }

  @Test
  void anErrorBetweenStepsIsNobodyElses() {
    engine.execute(EngineFaultsTest::overflow);
    assertEquals(2, submitGood(2).await().ids().length);
    assertThrows(
        GenerationFailed.class,
        () ->
            engine.call(
                (model, kv) -> {
                  throw new StackOverflowError("too deep");
                }));
    assertEquals(BLOCKS, free());
  }

  @Test
  void ifTheLoopItselfEndsNobodyWaitsForEver() {
    CountDownLatch both = new CountDownLatch(1);
    Generation waiting = submit(400, new Guide(() -> await(both), NOTHING));
    Generation unheard =
        new Generation(
            engine::wake,
            event -> {
              throw new StackOverflowError("too deep");
            });
    submit(unheard, 1, new Guide(NOTHING, NOTHING), new Parser(NOTHING));
    both.countDown();
    assertThrows(EngineException.class, waiting::await);
    assertThrows(ModelNotReady.class, () -> submitGood(2).await());
    assertThrows(ModelNotReady.class, this::free);
  }

  /** Returns when the engine is within a step, which lasts until {@code release}. */
  private void stopInStep(CountDownLatch started, CountDownLatch release)
      throws InterruptedException {
    submit(
        400,
        new Guide(
            () -> {
              started.countDown();
              await(release);
            },
            NOTHING));
    started.await();
  }

  @Test
  void aCallThatWaitsWhenTheEngineIsClosedIsRefused() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    stopInStep(started, release);
    AtomicReference<Throwable> refused = new AtomicReference<>();
    Thread caller =
        Thread.ofPlatform()
            .start(() -> refused.set(assertThrows(RuntimeException.class, this::free)));
    awaitState(caller, Thread.State.WAITING);
    Thread closer = Thread.ofPlatform().start(engine::close);
    awaitState(closer, Thread.State.WAITING);
    release.countDown();
    closer.join();
    caller.join(10_000);
    assertInstanceOf(ModelNotReady.class, refused.get());
  }

  @Test
  void anInterruptedThreadWaitsForTheStepTooWhenItCloses() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    stopInStep(started, release);
    AtomicReference<Boolean> interrupted = new AtomicReference<>();
    Thread closer =
        Thread.ofPlatform()
            .start(
                () -> {
                  Thread.currentThread().interrupt();
                  engine.close();
                  interrupted.set(Thread.currentThread().isInterrupted());
                });
    Thread.State state = awaitState(closer, Thread.State.WAITING, Thread.State.TERMINATED);
    release.countDown();
    closer.join();
    assertEquals(Thread.State.WAITING, state);
    assertTrue(interrupted.get());
  }

  private static Thread.State awaitState(Thread thread, Thread.State first, Thread.State... others)
      throws InterruptedException {
    Set<Thread.State> wanted = EnumSet.of(first, others);
    while (!wanted.contains(thread.getState())) {
      Thread.sleep(1);
    }
    return thread.getState();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
