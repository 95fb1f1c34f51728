package dev.javelin.kvcache;

import static dev.javelin.kvcache.Caches.check;
import static dev.javelin.kvcache.Caches.full;
import static dev.javelin.kvcache.Caches.ids;
import static dev.javelin.kvcache.Caches.join;
import static dev.javelin.kvcache.Caches.mixed;
import static dev.javelin.kvcache.Caches.run;
import static dev.javelin.kvcache.Caches.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PrefixSharingTest {
  private static final long SALT = 7;

  @Test
  void sharesWholeBlocksWithoutACopy() {
    try (KvCache cache = full(10)) {
      int[] prefix = ids(100, 40);
      KvSequence first = start(cache, join(prefix, ids(500, 3)), SALT);
      KvSequence second = cache.open(join(prefix, ids(900, 5)), SALT);
      assertEquals(32, second.length());
      assertEquals(2, cache.counters().sharedBlocks());
      assertEquals(3, cache.counters().inUseBlocks());
      assertEquals(0, cache.counters().copies());
      assertEquals(first.blockOffsets(0)[1], second.blockOffsets(0)[1]);
      int[] all = join(prefix, ids(900, 5));
      assertTrue(run(second, cache, all));
      check(second, cache, all);
      assertEquals(1, cache.counters().hits());
      assertEquals(32, cache.counters().hitTokens());
      assertEquals(88, cache.counters().queriedTokens());
      first.close();
      second.close();
      assertEquals(10, cache.freeBlocks(0));
    }
  }

  @Test
  void countsAPromptOnceItHasSlots() {
    try (KvCache cache = full(4)) {
      KvSequence first = start(cache, ids(100, 40), SALT);
      int[] prompt = ids(500, 40);
      try (KvSequence refused = cache.open(prompt, SALT)) {
        assertFalse(refused.reserve(40));
      }
      assertEquals(1, cache.counters().queries());
      long before = cache.blocksGivenBack();
      first.close();
      assertEquals(before + 3, cache.blocksGivenBack());
      start(cache, prompt, SALT).close();
      assertEquals(2, cache.counters().queries());
      assertEquals(80, cache.counters().queriedTokens());
    }
  }

  @Test
  void continuesAClosedConversationInItsPartlyFilledBlock() {
    try (KvCache cache = full(10)) {
      int[] turn = ids(100, 37);
      start(cache, turn, SALT).close();
      int[] next = join(turn, ids(500, 20));
      KvSequence resumed = cache.open(next, SALT);
      assertEquals(37, resumed.length());
      assertTrue(run(resumed, cache, next));
      check(resumed, cache, next);
      assertEquals(0, cache.counters().copies());
      resumed.close();
    }
  }

  @Test
  void copiesAPartlyMatchingBlockBeforeWritingToIt() {
    try (KvCache cache = full(10)) {
      int[] prefix = ids(100, 24);
      int[] first = join(prefix, ids(500, 20));
      int[] second = join(prefix, ids(900, 20));
      KvSequence a = start(cache, first, SALT);
      KvSequence b = cache.open(second, SALT);
      assertEquals(24, b.length(), "8 tokens of the second block are the same");
      assertTrue(run(b, cache, second));
      assertEquals(1, cache.counters().copies());
      check(a, cache, first);
      check(b, cache, second);
      a.close();
      b.close();
    }
  }

  @Test
  void leavesAtLeastOneTokenToCompute() {
    try (KvCache cache = full(10)) {
      for (int length : new int[] {1, 2, 16, 17, 32, 33}) {
        int[] prompt = ids(100 * length, length);
        start(cache, prompt, SALT).close();
        KvSequence again = cache.open(prompt, SALT);
        assertEquals(length - 1, again.length());
        assertTrue(run(again, cache, prompt));
        check(again, cache, prompt);
        again.close();
      }
      assertEquals(0, cache.open(Caches.NOTHING, SALT).length());
    }
  }

  @Test
  void keepsSaltsApart() {
    try (KvCache cache = full(10)) {
      start(cache, ids(100, 40), 1).close();
      assertEquals(0, cache.open(ids(100, 40), 2).length());
      assertEquals(39, cache.open(ids(100, 40), 1).length());
    }
  }

  @Test
  void doesNotShareAnUncachedSequence() {
    try (KvCache cache = full(10);
        KvSequence alone = cache.openUncached()) {
      assertTrue(run(alone, cache, ids(100, 40)));
      assertEquals(0, cache.open(ids(100, 40), SALT).length());
    }
  }

  @Test
  void doesNotMistakeEqualBlocksAfterDifferentPasts() {
    try (KvCache cache = full(10)) {
      int[] same = ids(100, 16);
      start(cache, join(ids(500, 16), same), SALT).close();
      start(cache, join(same, same), SALT).close();
      int[] other = join(join(ids(900, 16), same), same);
      KvSequence sequence = start(cache, other, SALT);
      assertEquals(0, sequence.length() - other.length);
      sequence.close();
      KvSequence twice = cache.open(join(join(same, same), same), SALT);
      assertEquals(32, twice.length());
      twice.close();
    }
  }

  @Test
  void comparesTokensWhenHashesAreEqual() {
    PrefixIndex index = new PrefixIndex(64, 16, 1); // few buckets: many entries share one
    for (int i = 0; i < 64; i++) {
      index.attach(index.add(0, 0, ids(i, 16), 0, 16), 0, i);
    }
    for (int i = 0; i < 64; i++) {
      assertEquals(i, index.block(index.find(0, 0, ids(i, 16), 0, 16), 0));
      assertEquals(PrefixIndex.NONE, index.find(1, 0, ids(i, 16), 0, 16));
      assertEquals(PrefixIndex.NONE, index.find(0, 3, ids(i, 16), 0, 16));
      assertEquals(PrefixIndex.NONE, index.find(0, 0, ids(i + 100, 16), 0, 16));
    }
  }

  @Test
  void evictsTheLeastRecentlyUsedTailFirst() {
    try (KvCache cache = full(6)) {
      start(cache, ids(100, 48), SALT).close(); // 3 blocks
      start(cache, ids(500, 48), SALT).close(); // 3 blocks
      cache.open(ids(100, 48), SALT).close(); // the first is now the more recent
      KvSequence third = start(cache, ids(900, 17), SALT); // takes 2 blocks
      assertEquals(2, cache.counters().evictions());
      assertEquals(47, cache.open(ids(100, 48), SALT).length());
      assertEquals(16, cache.open(ids(500, 48), SALT).length());
      third.close();
    }
  }

  @Test
  void findsAPrefixOnlyWhereTheWindowStillHasIt() {
    try (KvCache cache = mixed(20, 20)) {
      int[] prompt = ids(100, 160);
      KvSequence first = cache.open(prompt, SALT);
      for (int end = 32; end <= 160; end += 32) { // windows slide while it grows
        assertTrue(run(first, cache, java.util.Arrays.copyOf(prompt, end)));
      }
      first.close();
      KvSequence second = cache.open(join(prompt, ids(900, 4)), SALT);
      assertEquals(160, second.length());
      assertEquals(10, second.blockCount(0));
      assertEquals(3, second.blockCount(1), "39 positions before 160 lie in 3 blocks");
      second.close();
    }
  }

  @Test
  void fallsBackToAShorterPrefixWhenWindowBlocksAreGone() {
    try (KvCache cache = mixed(40, 6)) {
      int[] prompt = ids(100, 64);
      KvSequence a = start(cache, prompt, SALT); // 4 + 4 blocks
      a.close();
      KvSequence b = start(cache, ids(900, 48), SALT); // evicts one of the window's, the last
      b.close();
      KvSequence again = cache.open(join(prompt, ids(5, 9)), SALT);
      assertEquals(48, again.length());
      assertTrue(run(again, cache, join(prompt, ids(5, 9))));
      check(again, cache, join(prompt, ids(5, 9)));
      again.close();
    }
  }
}
