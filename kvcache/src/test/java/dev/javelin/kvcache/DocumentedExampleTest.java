package dev.javelin.kvcache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The five moments of docs/kv-cache.md, with four tokens for each letter and so 16 for a block of
 * four letters.
 */
class DocumentedExampleTest {
  private static int[] text(String letters) {
    return letters
        .chars()
        .flatMap(c -> java.util.stream.IntStream.range(0, 4).map(i -> 4 * c + i))
        .toArray();
  }

  private static List<Integer> blocks(KvSequence sequence) {
    List<Integer> ids = new ArrayList<>();
    for (int b = sequence.table(0).first(); b < sequence.table(0).end(); b++) {
      ids.add(sequence.table(0).id(b));
    }
    return ids;
  }

  @Test
  void happensAsDocumented() {
    try (KvCache cache = Caches.full(8)) {
      KvSequence a = Caches.start(cache, text("abcdef"), 1); // t = 1
      assertEquals(List.of(0, 1), blocks(a));
      assertEquals(1, cache.index().size());

      assertTrue(Caches.run(a, cache, text("abcdefghi"))); // t = 2
      KvSequence b = cache.open(text("abcdefx"), 1);
      assertEquals(List.of(0, 1, 2), blocks(a));
      assertEquals(List.of(0, 1), blocks(b));
      assertEquals(4 * 6, b.length());
      assertEquals(2, cache.counters().sharedBlocks());

      assertTrue(Caches.run(b, cache, text("abcdefx"))); // t = 3
      assertEquals(List.of(0, 3), blocks(b));
      assertEquals(1, cache.counters().copies());
      assertEquals(1, cache.counters().sharedBlocks());

      a.close(); // t = 4
      assertEquals(2, cache.counters().cachedBlocks());
      assertEquals(6, cache.freeBlocks(0));

      KvSequence again = cache.open(text("abcdefghijk"), 1); // t = 5
      assertEquals(4 * 9, again.length());
      assertTrue(Caches.run(again, cache, text("abcdefghijk")));
      assertEquals(List.of(0, 1, 2), blocks(again));
      Caches.check(again, cache, text("abcdefghijk"));
      Caches.check(b, cache, text("abcdefx"));
      KvCounters counters = cache.counters();
      assertEquals(1, counters.copies());
      assertEquals(3, counters.queries());
      assertEquals(2, counters.hits());
      assertEquals(4 * 24, counters.queriedTokens());
      assertEquals(4 * 15, counters.hitTokens());
      again.close();
      b.close();
    }
  }
}
