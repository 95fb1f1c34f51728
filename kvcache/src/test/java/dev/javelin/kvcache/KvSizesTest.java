package dev.javelin.kvcache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.ops.KvBlockFormat;
import dev.javelin.tensor.ops.KvType;
import java.util.List;
import org.junit.jupiter.api.Test;

class KvSizesTest {
  /** gpt-oss-20b: 24 layers, every other one sees 128 positions, 8 KV heads of 64. */
  private static KvLayout gptOss() {
    int[] windows = new int[24];
    for (int i = 0; i < 24; i += 2) {
      windows[i] = 128;
    }
    return KvLayout.of(new KvBlockFormat(KvType.F16, 8, 64, 32), windows);
  }

  @Test
  void groupsLayersByWindow() {
    KvLayout layout = gptOss();
    assertEquals(2, layout.groups().size());
    assertTrue(layout.groups().get(0).isFull());
    assertEquals(
        List.of(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23), layout.groups().get(0).layers());
    assertEquals(128, layout.groups().get(1).windowTokens());
    assertEquals(12L * 2 * 8 * 64 * 2 * 32, layout.blockBytes(0));
  }

  @Test
  void boundsWindowedLayersAtEightThousandTokens() {
    KvLayout layout = gptOss();
    assertEquals(256, layout.blocksPerSequence(0, 8192, 512));
    assertEquals(21, layout.blocksPerSequence(1, 8192, 512)); // ceil((127 + 512) / 32) + 1
    long block = 12L * 2 * 8 * 64 * 2 * 32;
    assertEquals((256 + 21) * block, layout.bytesPerSequence(8192, 512));
    assertEquals(512 * block, layout.bytesWithoutWindows(8192));
  }

  @Test
  void aPoolForTokensHoldsThem() {
    KvLayout layout = gptOss();
    KvPoolSize one = KvPoolSize.ofTokens(layout, 8192, 1, 512);
    assertEquals(List.of(256, 21), List.of(one.blockCounts()[0], one.blockCounts()[1]));
    KvPoolSize four = KvPoolSize.ofTokens(layout, 8192, 4, 512);
    assertEquals(List.of(259, 84), List.of(four.blockCounts()[0], four.blockCounts()[1]));
  }

  @Test
  void aBudgetIsNeverExceededAndWellUsed() {
    KvLayout layout = gptOss();
    for (long budget : new long[] {40L << 20, 100L << 20, 1L << 30}) {
      KvPoolSize size = KvPoolSize.ofBytes(layout, budget, 1, 512);
      assertTrue(size.bytes(layout) <= budget);
      assertTrue(
          size.bytes(layout) + 2 * layout.blockBytes(0) > budget, "more would fit into " + budget);
    }
    String message =
        assertThrows(KvCacheException.class, () -> KvPoolSize.ofBytes(layout, 100, 1, 512))
            .getMessage();
    assertTrue(message.contains("budget=100"), message);
  }

  @Test
  void refusesLayersInNoGroupOrTwo() {
    KvBlockFormat format = Caches.FORMAT;
    assertThrows(
        IllegalArgumentException.class,
        () -> new KvLayout(format, List.of(new KvLayout.LayerGroup(List.of(0, 2), 0))));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new KvLayout(
                format,
                List.of(
                    new KvLayout.LayerGroup(List.of(0, 1), 0),
                    new KvLayout.LayerGroup(List.of(1, 2), 4))));
  }
}
