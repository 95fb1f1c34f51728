package dev.javelin.kvcache;

import static dev.javelin.kvcache.Caches.check;
import static dev.javelin.kvcache.Caches.full;
import static dev.javelin.kvcache.Caches.ids;
import static dev.javelin.kvcache.Caches.join;
import static dev.javelin.kvcache.Caches.mixed;
import static dev.javelin.kvcache.Caches.run;
import static dev.javelin.kvcache.Caches.start;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.ops.KvBlockFormat;
import dev.javelin.tensor.ops.KvType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockPoolLawsTest {
  private static final long SALT = 7;

  @Test
  void refusesWhatDoesNotFitAndStaysIntact() {
    try (KvCache cache = full(10)) {
      KvSequence small = start(cache, ids(100, 50), SALT);
      KvSequence large = cache.open(ids(500, 320), SALT); // 20 blocks
      assertFalse(large.reserve(320));
      assertEquals(6, cache.freeBlocks(0));
      assertEquals(0, large.blockCount(0));
      assertFalse(cache.canEverHold(320, 512));
      assertTrue(cache.canEverHold(160, 512));
      check(small, cache, ids(100, 50));
      small.close();
      large.close();
      assertEquals(10, cache.freeBlocks(0));
    }
  }

  @Test
  void refusesInAllGroupsWhenOneIsFull() {
    try (KvCache cache = mixed(20, 3);
        KvSequence sequence = cache.open(Caches.NOTHING, SALT)) {
      assertFalse(sequence.reserve(64));
      assertEquals(20, cache.freeBlocks(0));
      assertEquals(3, cache.freeBlocks(1));
    }
  }

  @Test
  void reservesOnlyOnce() {
    try (KvCache cache = full(10);
        KvSequence sequence = cache.open(Caches.NOTHING, SALT)) {
      assertTrue(sequence.reserve(20));
      assertTrue(sequence.reserve(20));
      assertEquals(8, cache.freeBlocks(0));
    }
  }

  @Test
  void windowedGroupsDoNotGrowWithTheContext() {
    try (KvCache cache = mixed(64, 5);
        KvSequence sequence = cache.open(Caches.NOTHING, SALT)) {
      int most = 0;
      int[] all = ids(3, 1000);
      for (int length = 10; length <= 1000; length += 10) {
        assertTrue(run(sequence, cache, Arrays.copyOf(all, length)));
        most = Math.max(most, sequence.blockCount(1));
        if (length % 100 == 0) {
          check(sequence, cache, Arrays.copyOf(all, length));
        }
      }
      assertEquals(63, sequence.blockCount(0));
      assertTrue(most <= cache.layout().blocksPerSequence(1, 1000, 10), "most=" + most);
      assertEquals(5, cache.layout().blocksPerSequence(1, 1000, 10));
    }
  }

  @Test
  void givesEveryBlockBackAfterTenGenerations() {
    try (KvCache cache = mixed(12, 12)) {
      for (int i = 0; i < 10; i++) {
        KvSequence sequence = start(cache, ids(i * 50, 100 + i), SALT);
        sequence.reserve(30);
        sequence.close();
        sequence.close();
        assertEquals(12, cache.freeBlocks(0));
        assertEquals(12, cache.freeBlocks(1));
        assertEquals(0, cache.counters().inUseBlocks());
        assertEquals(0, cache.openSequences());
      }
      assertThrows(
          IllegalStateException.class,
          () -> {
            KvSequence closed = cache.open(Caches.NOTHING, SALT);
            closed.close();
            closed.reserve(1);
          });
    }
  }

  @Test
  void truncatesToAnyLengthThatWindowsStillReach() {
    try (KvCache cache = mixed(20, 20)) {
      int[] all = ids(100, 100);
      KvSequence sequence = start(cache, all, SALT);
      assertTrue(sequence.reserve(40));
      assertTrue(sequence.truncate(100));
      assertEquals(7, sequence.blockCount(0));
      assertTrue(sequence.truncate(90)); // position 90 sees 51 on: block 3 is still there
      check(sequence, cache, Arrays.copyOf(all, 90));
      int[] other = join(Arrays.copyOf(all, 90), ids(900, 60));
      assertTrue(run(sequence, cache, other));
      check(sequence, cache, other);
      assertTrue(sequence.reserve(1)); // gives back what position 130 does not see
      assertFalse(sequence.truncate(120));
      check(sequence, cache, other);
      assertTrue(sequence.truncate(0));
      assertTrue(run(sequence, cache, all));
      check(sequence, cache, all);
      sequence.close();
      assertEquals(20, cache.freeBlocks(0));
      assertEquals(20, cache.freeBlocks(1));
    }
  }

  @Test
  void forksShareUntilOneWrites() {
    try (KvCache cache = full(10)) {
      int[] all = ids(100, 40);
      KvSequence a = start(cache, all, SALT);
      KvSequence b = a.fork();
      assertEquals(3, cache.counters().inUseBlocks());
      int[] left = join(all, ids(500, 4));
      int[] right = join(all, ids(900, 30));
      assertTrue(run(a, cache, left));
      assertTrue(run(b, cache, right));
      assertEquals(1, cache.counters().copies());
      check(a, cache, left);
      check(b, cache, right);
      a.close();
      check(b, cache, right);
      b.close();
      assertEquals(10, cache.freeBlocks(0));
    }
  }

  @Test
  void adoptsSavedBlocksWithoutACopyAsOftenAsWanted() {
    try (KvCache cache = mixed(20, 20)) {
      int[] all = ids(100, 45);
      KvSequence running = start(cache, all, SALT);
      SavedBlocks saved = running.save();
      running.close();
      for (int i = 0; i < 2; i++) {
        KvSequence resumed = saved.open();
        check(resumed, cache, all);
        assertEquals(i, cache.counters().copies() / 2);
        int[] more = join(all, ids(500 + i, 10));
        assertTrue(run(resumed, cache, more));
        check(resumed, cache, more);
        resumed.close();
      }
      saved.close();
      assertEquals(20, cache.freeBlocks(0));
      assertEquals(20, cache.freeBlocks(1));
    }
  }

  @Test
  void reconstructsExtractedBlocksBitForBit() {
    for (KvType type : KvType.values()) {
      KvLayout layout =
          KvLayout.of(new KvBlockFormat(type, 2, 32, 16), new int[] {0, 20, 20, 0, 0});
      try (KvCache cache = new KvCache(layout, new KvPoolSize(12, 12));
          Arena arena = Arena.ofConfined()) {
        cache.pool(0).memory().fill((byte) 0x55); // what an earlier user left behind
        int[] all = ids(100, 75);
        KvSequence sequence = cache.open(Caches.NOTHING, SALT);
        assertTrue(sequence.reserve(75));
        float[] numbers = new float[2 * 32 * 75];
        Random random = new Random(5);
        for (int layer = 0; layer < 5; layer++) {
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
          }
          sequence.write(layer, 0, 75, numbers, 0, numbers, 0);
        }
        sequence.appendTokens(all, 0, 75);
        MemorySegment first = arena.allocate(layout.savedBytes(75));
        SavedBlocks saved = sequence.save();
        saved.extract(first);
        assertArrayEquals(all, saved.ids());
        assertEquals(saved.byteSize(), first.byteSize());
        saved.close();
        sequence.close();
        try (KvCache other = new KvCache(layout, new KvPoolSize(5, 5))) {
          KvSequence restored = other.reconstruct(all, first).orElseThrow();
          MemorySegment second = arena.allocate(layout.savedBytes(75));
          restored.save().extract(second);
          assertEquals(-1, first.mismatch(second));
          assertEquals(
              0,
              second
                  .asSlice(second.byteSize() - 8)
                  .get(java.lang.foreign.ValueLayout.JAVA_LONG, 0));
          assertEquals(0, other.open(all, 0).length(), "nobody else finds it");
          assertTrue(other.reconstruct(all, first).isEmpty(), "no room for a second one");
          assertThrows(KvCacheException.class, () -> other.reconstruct(all, first.asSlice(64)));
        }
      }
    }
  }

  @Test
  void staysRightUnderRandomOperations() {
    for (int seed = 0; seed < 30; seed++) {
      try (KvCache cache = mixed(24, 16)) {
        new RandomOperations(cache, seed).run(300);
        assertEquals(24, cache.freeBlocks(0));
        assertEquals(16, cache.freeBlocks(1));
        assertEquals(0, cache.counters().sharedBlocks());
        assertEquals(0, cache.openSequences());
      }
    }
  }

  /**
   * Opens, grows, cuts, forks, saves and closes sequences over a tiny alphabet, so that they share
   * much.
   */
  private static final class RandomOperations {
    private final KvCache cache;
    private final Random random;
    private final List<KvSequence> open = new ArrayList<>();
    private final List<int[]> contents = new ArrayList<>();

    RandomOperations(KvCache cache, int seed) {
      this.cache = cache;
      this.random = new Random(seed);
    }

    void run(int steps) {
      for (int i = 0; i < steps; i++) {
        step();
      }
      open.forEach(KvSequence::close);
    }

    private int[] grow(int[] ids, int most) {
      int[] longer = Arrays.copyOf(ids, ids.length + 1 + random.nextInt(most));
      boolean dull = random.nextInt(4) > 0;
      for (int i = ids.length; i < longer.length; i++) {
        longer[i] = dull ? 1 : random.nextInt(3);
      }
      return longer;
    }

    private void add(KvSequence sequence, int[] ids) {
      open.add(sequence);
      contents.add(ids);
    }

    private void step() {
      int choice = open.isEmpty() ? 0 : random.nextInt(9);
      int which = open.isEmpty() ? 0 : random.nextInt(open.size());
      if (choice == 0 || choice == 1) {
        int[] prompt = grow(Caches.NOTHING, 80);
        KvSequence sequence = cache.open(prompt, random.nextInt(2));
        int[] found = Arrays.copyOf(prompt, sequence.length());
        check(sequence, cache, found);
        add(sequence, Caches.run(sequence, cache, prompt) ? prompt : found);
        return;
      }
      KvSequence sequence = open.get(which);
      int[] ids = contents.get(which);
      switch (choice) {
        case 2, 3, 4 -> {
          int[] longer = grow(ids, 30);
          if (Caches.run(sequence, cache, longer)) {
            contents.set(which, longer);
          }
        }
        case 5 -> {
          int shorter = random.nextInt(ids.length + 1);
          if (sequence.truncate(shorter)) {
            contents.set(which, Arrays.copyOf(ids, shorter));
          }
        }
        case 6 -> add(sequence.fork(), ids);
        case 7 -> reconstruct(sequence, ids);
        default -> {
          open.remove(which).close();
          contents.remove(which);
        }
      }
      for (int i = 0; i < open.size(); i++) {
        check(open.get(i), cache, contents.get(i));
      }
    }

    private void reconstruct(KvSequence sequence, int[] ids) {
      try (Arena arena = Arena.ofConfined();
          SavedBlocks saved = sequence.save()) {
        MemorySegment bytes = arena.allocate(saved.byteSize());
        saved.extract(bytes);
        cache.reconstruct(ids, bytes).ifPresent(restored -> add(restored, ids));
      }
    }
  }
}
