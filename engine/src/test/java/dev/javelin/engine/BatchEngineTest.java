package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.kvcache.KvCounters;
import dev.javelin.tensor.ops.KvType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Laws and scenarios of the batch engine, on the embedded model. */
class BatchEngineTest {
  private static final String QUESTION = "What is 17 + 25?";

  private static LanguageModel open(EngineOptions options) {
    return LanguageModel.openDemo(options.withThreads(2).withKvType(KvType.F32));
  }

  private static LanguageModel open() {
    return open(EngineOptions.defaults().withContextLength(512).withMaxSequences(8));
  }

  private static GenerationRequest seeded(String question, long seed, String salt) {
    SamplingParameters sampling =
        SamplingParameters.defaults().withTemperature(0.8f).withSeed(seed);
    return GenerationRequest.chat(question)
        .sampling(sampling)
        .maxTokens(60)
        .cacheSalt(salt)
        .build();
  }

  private static int free(LanguageModel model) {
    return (int) model.counters().cache().freeBlocks();
  }

  @Test
  void seededSequencesInABatchWriteWhatTheyWriteAlone() {
    List<GenerationRequest> requests =
        IntStream.range(0, 8)
            .mapToObj(i -> seeded("Tell me about number " + i + ".", 100 + i, "law"))
            .toList();
    try (LanguageModel model = open()) {
      List<int[]> together =
          requests.stream().map(model::submit).toList().stream().map(g -> g.await().ids()).toList();
      for (int i = 0; i < requests.size(); i++) {
        assertArrayEquals(model.generate(requests.get(i)).ids(), together.get(i), "sequence " + i);
      }
    }
  }

  @Test
  void differentSeedsDrawDifferently() {
    try (LanguageModel model = open()) {
      List<List<Integer>> drawn =
          IntStream.range(0, 6)
              .mapToObj(seed -> model.generate(seeded("Tell me a story.", seed, "")).ids())
              .map(ids -> IntStream.of(ids).boxed().toList())
              .distinct()
              .toList();
      assertTrue(drawn.size() > 1, "all six seeds drew the same");
    }
  }

  @Test
  void aCachedPrefixGivesTheColdAnswerAndComputesNothingTwice() {
    try (LanguageModel model = open()) {
      GenerationResult cold = model.generate(GenerationRequest.chat(QUESTION).build());
      assertEquals(0, cold.usage().cachedTokens());
      GenerationResult warm = model.generate(GenerationRequest.chat(QUESTION).build());
      assertArrayEquals(cold.ids(), warm.ids());
      assertEquals(warm.usage().promptTokens() - 1, warm.usage().cachedTokens());
      GenerationResult other =
          model.generate(GenerationRequest.chat(QUESTION).cacheSalt("another tenant").build());
      assertEquals(0, other.usage().cachedTokens());
      assertArrayEquals(cold.ids(), other.ids());
    }
  }

  @Test
  void aPreemptedSequenceWritesWhatAnUndisturbedOneWrites() {
    List<GenerationRequest> requests =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    GenerationRequest.text("Once upon a time, number " + i)
                        .sampling(SamplingParameters.defaults().withTemperature(1).withSeed(i))
                        .maxTokens(200)
                        .ignoreEnd(true)
                        .build())
            .toList();
    List<int[]> undisturbed;
    try (LanguageModel roomy = open()) {
      undisturbed = requests.stream().map(request -> roomy.generate(request).ids()).toList();
    }
    EngineOptions tight =
        EngineOptions.defaults()
            .withContextLength(320)
            .withMaxSequences(4)
            .withChunkTokens(64)
            .withKvBudgetBytes(5 << 19);
    try (LanguageModel model = open(tight)) {
      List<Generation> running = requests.stream().map(model::submit).toList();
      for (int i = 0; i < running.size(); i++) {
        assertArrayEquals(undisturbed.get(i), running.get(i).await().ids(), "sequence " + i);
      }
      assertTrue(model.counters().preemptions() > 0, "the pool was not tight enough for this test");
    }
  }

  @Test
  void blocksComeBackAfterTenGenerations() {
    try (LanguageModel model = open()) {
      model.generate(GenerationRequest.chat("Hello").build());
      int before = free(model);
      for (int i = 0; i < 10; i++) {
        model.generate(GenerationRequest.chat(QUESTION + i).build());
        assertEquals(before, free(model));
      }
    }
  }

  @Test
  void blocksComeBackAfterCancelsAtRandomMoments() throws InterruptedException {
    Random random = new Random(7);
    try (LanguageModel model = open()) {
      model.generate(GenerationRequest.chat("Hello").build());
      int before = free(model);
      List<Generation> running = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        running.add(
            model.submit(GenerationRequest.text("Count: ".repeat(1 + i)).ignoreEnd(true).build()));
        Thread.sleep(random.nextInt(8));
        running.get(random.nextInt(running.size())).cancel();
      }
      running.forEach(Generation::cancel);
      int cancelled = 0;
      for (Generation generation : running) {
        cancelled += generation.await().finishReason() == FinishReason.CANCELLED ? 1 : 0;
      }
      assertTrue(cancelled > 30, "cancelled " + cancelled);
      assertEquals(before, free(model));
      assertEquals(0, model.counters().running());
    }
  }

  @Test
  void threeAgentsWithShortMediumAndLongPromptsShareABatch() {
    List<String> prompts =
        List.of("Hi", "Remember the word rice. ".repeat(5), "I live in Porto. ".repeat(25));
    try (LanguageModel model = open()) {
      List<GenerationResult> alone =
          prompts.stream()
              .map(
                  prompt ->
                      model.generate(GenerationRequest.chat(prompt).cacheSalt("alone").build()))
              .toList();
      List<Generation> running =
          prompts.stream()
              .map(
                  prompt ->
                      model.submit(GenerationRequest.chat(prompt).cacheSalt("together").build()))
              .toList();
      for (int i = 0; i < prompts.size(); i++) {
        assertEquals(alone.get(i).text(), running.get(i).await().text(), prompts.get(i));
      }
    }
  }

  @Test
  @Timeout(60)
  void chunksMayBeSmall() {
    EngineOptions small = EngineOptions.defaults().withContextLength(512).withMaxSequences(2);
    try (LanguageModel model = open(small.withChunkTokens(8))) {
      List<Generation> running =
          IntStream.range(0, 3)
              .mapToObj(i -> model.submit(GenerationRequest.chat(QUESTION).build()))
              .toList();
      running.forEach(generation -> assertTrue(generation.await().text().contains("= 42")));
    }
  }

  @Test
  @Timeout(60)
  void aContextMayBeSmall() {
    EngineOptions small = EngineOptions.defaults().withContextLength(12).withMaxSequences(2);
    try (LanguageModel model = open(small)) {
      GenerationRequest request = GenerationRequest.ids(300, 301, 302).ignoreEnd(true).build();
      assertEquals(9, model.generate(request).ids().length);
    }
  }

  @Test
  @Timeout(60)
  void aWaitingRequestIsLookedUpOnce() {
    EngineOptions roomForOne = EngineOptions.defaults().withContextLength(512).withMaxSequences(2);
    try (LanguageModel model = open(roomForOne)) {
      List<Generation> running =
          IntStream.range(0, 2)
              .mapToObj(
                  i ->
                      model.submit(
                          GenerationRequest.ids(IntStream.range(300, 700).toArray())
                              .maxTokens(60)
                              .ignoreEnd(true)
                              .cacheSalt("tenant " + i)
                              .build()))
              .toList();
      running.forEach(generation -> assertEquals(60, generation.await().ids().length));
      KvCounters cache = model.counters().cache();
      assertEquals(2, cache.queries());
      assertEquals(800, cache.queriedTokens());
      assertEquals(0, cache.hits());
    }
  }

  @Test
  void whatCanNeverFitIsRefusedAtOnceAndHarmsNothing() {
    EngineOptions small =
        EngineOptions.defaults()
            .withContextLength(1600)
            .withMaxSequences(1)
            .withChunkTokens(32)
            .withKvBudgetBytes(1 << 20);
    try (LanguageModel model = open(small)) {
      GenerationResult before = model.generate(GenerationRequest.chat(QUESTION).build());
      int freeBefore = free(model);
      PoolExhausted refused =
          assertThrows(
              PoolExhausted.class,
              () -> model.submit(GenerationRequest.text("word ".repeat(700)).build()));
      assertEquals("pool_exhausted", refused.code());
      assertEquals(freeBefore, free(model));
      assertArrayEquals(
          before.ids(), model.generate(GenerationRequest.chat(QUESTION).build()).ids());
    }
  }

  @Test
  void refusesWhatMakesNoSense() {
    try (LanguageModel model = open()) {
      assertThrows(InvalidRequest.class, () -> model.submit(GenerationRequest.ids().build()));
      assertThrows(InvalidRequest.class, () -> model.submit(GenerationRequest.text("").build()));
      assertThrows(InvalidRequest.class, () -> model.submit(GenerationRequest.ids(-1).build()));
      assertThrows(InvalidRequest.class, () -> model.submit(GenerationRequest.ids(2048).build()));
      assertThrows(
          TokenLimitExceeded.class,
          () -> model.submit(GenerationRequest.text("word ".repeat(2000)).build()));
    }
  }

  @Test
  void manyThreadsGenerateAtOnce() {
    try (LanguageModel model = open()) {
      int[] wanted = model.generate(GenerationRequest.chat(QUESTION).build()).ids();
      List<Thread> threads = new ArrayList<>();
      List<int[]> found = java.util.Collections.synchronizedList(new ArrayList<>());
      for (int i = 0; i < 12; i++) {
        threads.add(
            Thread.ofVirtual()
                .start(
                    () ->
                        found.add(model.generate(GenerationRequest.chat(QUESTION).build()).ids())));
      }
      threads.forEach(BatchEngineTest::join);
      assertEquals(12, found.size());
      found.forEach(ids -> assertArrayEquals(wanted, ids));
    }
  }

  @Test
  void aDeadlineEndsAGeneration() {
    try (LanguageModel model = open()) {
      GenerationResult result =
          model.generate(
              GenerationRequest.text("Once")
                  .ignoreEnd(true)
                  .deadline(java.time.Duration.ofMillis(30))
                  .build());
      assertEquals(FinishReason.DEADLINE, result.finishReason());
    }
  }

  @Test
  void stopStringsEndTheAnswerAndAreNotPartOfIt() {
    try (LanguageModel model = open()) {
      GenerationResult result =
          model.generate(GenerationRequest.chat(QUESTION).stop(List.of("= 42")).build());
      assertEquals("17 + 25 ", result.text());
      assertEquals(FinishReason.STOP, result.finishReason());
    }
  }

  @Test
  void aClosedModelRefusesAndEndsWhatRuns() {
    LanguageModel model = open();
    Generation running = model.submit(GenerationRequest.text("Once").ignoreEnd(true).build());
    model.close();
    EngineException error = assertThrows(EngineException.class, running::await);
    assertEquals("model_not_ready", error.code());
    assertThrows(ModelNotReady.class, () -> model.submit(GenerationRequest.text("a").build()));
  }

  @Test
  void manyRequestsLeaveTheCacheAsItWas() {
    try (LanguageModel model = open()) {
      model.generate(GenerationRequest.chat("Hello").build());
      KvCounters before = model.counters().cache();
      for (int round = 0; round < 25; round++) {
        int salt = round;
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    model.submit(
                        GenerationRequest.text("Say " + i)
                            .maxTokens(4)
                            .cacheSalt("r" + salt)
                            .build()))
            .toList()
            .forEach(Generation::await);
      }
      KvCounters after = model.counters().cache();
      assertEquals(before.freeBlocks(), after.freeBlocks());
      assertEquals(before.bytes(), after.bytes());
      assertEquals(0, after.openSequences());
      assertNotEquals(before.queries(), after.queries());
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
