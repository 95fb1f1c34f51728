package dev.javelin.engine.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The ring and its counts against a plain list. */
class TokenHistoryTest {
  @Test
  void countsTheTokensOfTheWindowAndNoOthers() {
    Random random = new Random(1);
    for (int window : new int[] {0, 1, 2, 63, 64, 65, 200, SamplingParameters.WHOLE_TEXT}) {
      for (int vocabulary : new int[] {1, 5, 1000, 200_000}) {
        TokenHistory history = new TokenHistory(window);
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
          int token = random.nextInt(vocabulary);
          history.add(token);
          all.add(token);
          if (i % 37 == 0) {
            check(all.subList(Math.max(0, all.size() - window), all.size()), history);
          }
        }
      }
    }
  }

  private static void check(List<Integer> expected, TokenHistory history) {
    assertArrayEquals(expected.stream().mapToInt(Integer::intValue).toArray(), history.inOrder());
    Map<Integer, Integer> counts = new HashMap<>();
    expected.forEach(token -> counts.merge(token, 1, Integer::sum));
    Map<Integer, Integer> found = new HashMap<>();
    for (int slot = 0; slot < history.slotCount(); slot++) {
      if (history.countAt(slot) > 0) {
        found.merge(history.tokenAt(slot), history.countAt(slot), Integer::sum);
      }
    }
    assertEquals(counts, found);
  }
}
