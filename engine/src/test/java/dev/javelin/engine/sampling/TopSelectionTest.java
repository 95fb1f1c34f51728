package dev.javelin.engine.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The heap against a full sort, with many equal scores. */
class TopSelectionTest {
  @Test
  void selectsWhatASortPutsFirst() {
    Random random = new Random(2);
    for (int round = 0; round < 2000; round++) {
      int count = random.nextInt(100);
      int k = random.nextInt(60);
      float[] scores = new float[count + 2];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.nextInt(20) == 0 ? Float.NaN : random.nextInt(30) - 15;
      }
      TopSelection selection = new TopSelection(60);
      selection.select(scores, 2, count, k);
      List<Integer> expected =
          IntStream.range(0, count)
              .boxed()
              .filter(id -> !Float.isNaN(scores[2 + id]))
              .sorted(
                  Comparator.<Integer>comparingDouble(id -> -scores[2 + id])
                      .thenComparing(id -> id))
              .limit(k)
              .toList();
      assertEquals(expected, IntStream.range(0, selection.size()).mapToObj(selection::id).toList());
      for (int rank = 0; rank < selection.size(); rank++) {
        assertEquals(scores[2 + selection.id(rank)], selection.score(rank));
      }
    }
  }
}
