package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.tensor.ops.KvType;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kept keys and values in a pool that has just enough blocks, such as a chat opens: nothing waits
 * for ever, is refused for no need, or leaks.
 */
@Timeout(60)
class KeptBlocksTest {
  private static final EngineOptions CHAT =
      EngineOptions.defaults().withThreads(2).withMaxSequences(1).withKvType(KvType.F32);

  private static LanguageModel open(EngineOptions options) {
    return LanguageModel.openDemo(options);
  }

  private static GenerationRequest.Builder ids(int count, int maxTokens, String salt) {
    return ids(IntStream.range(0, count).map(i -> 300 + i * 7 % 1000).toArray(), maxTokens, salt);
  }

  private static GenerationRequest.Builder ids(int[] ids, int maxTokens, String salt) {
    return GenerationRequest.ids(ids)
        .sampling(SamplingParameters.GREEDY)
        .maxTokens(maxTokens)
        .ignoreEnd(true)
        .cacheSalt(salt);
  }

  private static long free(LanguageModel model) {
    model.generate(
        ids(3, 3, "count").build()); // some steps: what was closed is given back between them
    return model.counters().cache().freeBlocks();
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 512})
  void anAnswerThatIsKeptFillsTheContext(int chunkTokens) {
    try (LanguageModel model = open(CHAT.withContextLength(512).withChunkTokens(chunkTokens))) {
      long free = free(model);
      int[] wanted = model.generate(ids(100, 412, "a").build()).ids();
      GenerationResult kept = model.generate(ids(100, 412, "b").keepBlocks(true).build());
      assertEquals(412, wanted.length);
      assertArrayEquals(wanted, kept.ids());
      kept.blocks().orElseThrow().close();
      assertEquals(free, free(model));
    }
  }

  @Test
  void aPastOfAnotherModelIsRefused() {
    try (LanguageModel model = open(CHAT);
        LanguageModel other = open(CHAT)) {
      try (AgentBlocks past =
          other.generate(ids(20, 5, "a").keepBlocks(true).build()).blocks().orElseThrow()) {
        GenerationRequest request = ids(10, 5, "a").past(past).build();
        assertThrows(InvalidRequest.class, () -> model.submit(request));
        assertEquals(5, other.generate(request).ids().length);
      }
    }
  }

  @Test
  void aFollowUpIsTakenInPiecesThatFitBesideItsPast() {
    try (LanguageModel model = open(CHAT)) {
      GenerationResult first = model.generate(ids(200, 200, "a").keepBlocks(true).build());
      int[] next = IntStream.range(0, 400).map(i -> 300 + i * 11 % 1000).toArray();
      try (AgentBlocks past = first.blocks().orElseThrow()) {
        GenerationResult second = model.generate(ids(next, 20, "b").past(past).build());
        assertEquals(past.length(), second.usage().cachedTokens());
        int[] whole = Arrays.copyOf(past.ids(), past.ids().length + next.length);
        System.arraycopy(next, 0, whole, past.ids().length, next.length);
        assertArrayEquals(model.generate(ids(whole, 20, "c").build()).ids(), second.ids());
      }
    }
  }

  @Test
  void aConversationFillsTheContextBesideItsKeptStates() {
    EngineOptions session = CHAT.withContextLength(512).withMaxSequences(3).withChunkTokens(32);
    try (LanguageModel model = open(session)) {
      long free = free(model);
      GenerationResult first = model.generate(ids(100, 100, "a").keepBlocks(true).build());
      try (AgentBlocks past = first.blocks().orElseThrow()) {
        GenerationResult second =
            model.generate(ids(100, 212, "b").past(past).keepBlocks(true).build());
        assertEquals(past.length(), second.usage().cachedTokens());
        assertEquals(212, second.ids().length);
        second.blocks().orElseThrow().close();
      }
      assertEquals(free, free(model));
    }
  }

  @Test
  void whatFindsNoBlocksBesideAKeptPastIsRefused() {
    try (LanguageModel model = open(CHAT.withContextLength(512))) {
      long free = free(model);
      GenerationResult first = model.generate(ids(300, 10, "a").keepBlocks(true).build());
      try (AgentBlocks past = first.blocks().orElseThrow()) {
        assertTrue(past.length() > 300);
        PoolExhausted refused =
            assertThrows(PoolExhausted.class, () -> model.generate(ids(100, 300, "b").build()));
        assertTrue(refused.getMessage().contains("saved conversations"), refused.getMessage());
      }
      assertEquals(300, model.generate(ids(100, 300, "c").build()).ids().length);
      assertEquals(free, free(model));
    }
  }

  @Test
  void aClosedPastIsComputedAnewAndHarmsNobody() {
    try (LanguageModel model = open(CHAT.withContextLength(512).withMaxSequences(4))) {
      long free = free(model);
      AgentBlocks past =
          model.generate(ids(50, 20, "a").keepBlocks(true).build()).blocks().orElseThrow();
      int[] next = IntStream.range(500, 520).toArray();
      int[] wanted = model.generate(ids(next, 20, "b").past(past).build()).ids();
      Generation one = model.submit(ids(20, 150, "c").build());
      Generation two = model.submit(ids(30, 150, "d").build());
      past.close();
      GenerationResult anew = model.generate(ids(next, 20, "e").past(past).build());
      assertArrayEquals(wanted, anew.ids());
      assertEquals(0, anew.usage().cachedTokens());
      assertEquals(150, one.await().ids().length);
      assertEquals(150, two.await().ids().length);
      assertEquals(free, free(model));
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {GenerationEvent.Text.class, GenerationEvent.Finished.class})
  void aListenerThatFailsLeavesNoBlocksBehind(Class<? extends GenerationEvent> at) {
    try (LanguageModel model = open(CHAT.withContextLength(512))) {
      long free = free(model);
      for (int i = 0; i < 3; i++) {
        Generation generation = model.submit(ids(200, 60, "a" + i).keepBlocks(true).build());
        assertThrows(
            UnsupportedOperationException.class,
            () ->
                generation.await(
                    event -> {
                      if (at.isInstance(event)) {
                        throw new UnsupportedOperationException();
                      }
                    }));
      }
      assertEquals(free, free(model));
    }
  }

  @Test
  void anInterruptedCallerLeavesNoBlocksBehind() {
    try (LanguageModel model = open(CHAT.withContextLength(512))) {
      long free = free(model);
      for (int i = 0; i < 3; i++) {
        Generation generation = model.submit(ids(200, 60, "a" + i).keepBlocks(true).build());
        assertThrows(
            GenerationFailed.class,
            () -> generation.await(event -> Thread.currentThread().interrupt()));
        assertTrue(Thread.interrupted());
      }
      assertEquals(free, free(model));
    }
  }
}
