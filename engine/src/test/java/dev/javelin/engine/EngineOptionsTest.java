package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.ModelSource.Embedded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes that no machine has are refused before anything is started or allocated. */
class EngineOptionsTest {
  @Test
  void threadsAreBounded() {
    var options = EngineOptions.defaults();
    assertThrows(InvalidRequest.class, () -> options.withThreads(EngineOptions.MOST_THREADS + 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000_000_000, Integer.MAX_VALUE})
  void aContextThatNoMemoryHoldsIsRefusedWithItsSize(int context) {
    var options = EngineOptions.defaults().withThreads(1).withContextLength(context);
    assertRefused(options);
    assertRefused(options.withMaxSequences(1));
    assertRefused(options.withContextLength(64).withKvBudgetBytes(Long.MAX_VALUE / 2));
  }

  private static void assertRefused(EngineOptions options) {
    var refused =
        assertThrows(InvalidRequest.class, () -> LanguageModel.open(new Embedded(), options));
    assertTrue(refused.getMessage().contains(" GiB"), refused.getMessage());
    assertTrue(refused.getMessage().contains("--kv-type q8_0"), refused.getMessage());
  }
}
