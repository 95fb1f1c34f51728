package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.LanguageModel;
import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.Profile;
import dev.javelin.server.config.Setting;
import dev.javelin.tensor.ops.KvType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static MemoryPlan plan(Map<Setting, String> settings) {
    return MemoryPlan.of(Configuration.of(Profile.TESTING, settings)).orElseThrow();
  }

  @Test
  void theDemoModelFitsWithItsWholeContext() {
    MemoryPlan plan = plan(Map.of());
    assertEquals(1664, plan.context());
    // 4 layers, 2 KV heads of 64, keys and values, 2 bytes each, 32 tokens in a block; 32 sequences
    // that hold a quarter of the context and leave a block partly filled; two layers hold at most
    // 19
    // blocks of each.
    assertEquals(4L * 2 * 64 * 2 * 2 * 32 * (1664 / 4 + 31), plan.unwindowedKvBytes());
    assertEquals(
        plan.unwindowedKvBytes(), plan.kvBytes(), "no sequence is as long as a window here");
    assertTrue(plan.fits(), plan.text());
  }

  @Test
  void itIsWhatTheOpenModelTakes() {
    for (Map<Setting, String> settings :
        List.of(
            Map.<Setting, String>of(),
            Map.of(Setting.SEQUENCES, "1"),
            Map.of(Setting.SEQUENCES, "2", Setting.KV_TYPE, "q8_0", Setting.CONTEXT, "1600"))) {
      Configuration configuration = Configuration.of(Profile.TESTING, settings);
      try (LanguageModel model = Models.open(configuration)) {
        assertEquals(model.info().kvBytes(), plan(settings).kvBytes(), settings.toString());
      }
    }
  }

  @Test
  void windowedLayersAreNotCountedAsFullOnes() {
    MemoryPlan plan = plan(Map.of(Setting.SEQUENCES, "1"));
    assertEquals(2L * 2 * 64 * 2 * 2 * (1664 + 608), plan.kvBytes());
    assertEquals(4L * 2 * 64 * 2 * 2 * 1664, plan.unwindowedKvBytes());
    assertTrue(plan.text().contains("; without windows 3.3 MiB)"), plan.text());
  }

  @Test
  void whatIsSetIsNotChosen() {
    MemoryPlan plan =
        plan(Map.of(Setting.CONTEXT, "256", Setting.SEQUENCES, "2", Setting.KV_TYPE, "q8_0"));
    assertEquals(256, plan.context());
    assertEquals(2, plan.sequences());
    assertEquals(KvType.Q8_0, plan.kvType());
  }

  @Test
  void whatDoesNotFitIsSaidWithACure() {
    MemoryPlan plan = plan(Map.of(Setting.KV_SIZE, "1000000g"));
    assertFalse(plan.fits());
    assertTrue(plan.text().contains("--context"), plan.text());
    assertTrue(
        MemoryPlan.of(Configuration.of(Profile.TESTING, Map.of(Setting.MODEL, "no-such-file.gguf")))
            .isEmpty());
  }
}
