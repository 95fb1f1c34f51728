package dev.javelin.kvcache;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.ops.KvBlockFormat;
import dev.javelin.tensor.ops.KvType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How fast saved blocks are copied out and back, and how little it costs to go on from them in
 * memory.
 */
@Tag("acceptance")
class SavedBlocksSpeedTest {
  private static final int ROUNDS = 300;
  private static final Path FIGURES = Path.of("target", "acceptance", "kvcache.md");

  private final double[] copy = new double[ROUNDS];
  private final double[] extract = new double[ROUNDS];
  private final double[] reconstruct = new double[ROUNDS];
  private final double[] adopt = new double[ROUNDS];

  @Test
  void copiesAtMemorySpeedAndAdoptsAtOnce() throws IOException {
    measure(1, 12);
    measure(4, 24);
    measure(32, 48);
    // Other programs on the machine disturb the plain copy as well: where it is late itself, it is
    // the bound.
    double late = 1.5 * percentile(copy, 95);
    assertTrue(
        percentile(reconstruct, 95) < Math.max(5, late),
        "reconstruct p95 " + percentile(reconstruct, 95));
    assertTrue(
        percentile(extract, 95) < Math.max(10, late), "extract p95 " + percentile(extract, 95));
    assertTrue(percentile(adopt, 95) < 0.1, "adopt p95 " + percentile(adopt, 95));
    assertTrue(
        rateOf(reconstruct) > 0.8,
        "reconstruct at " + rateOf(reconstruct) + " of the memory copy rate");
    assertTrue(rateOf(extract) > 0.8, "extract at " + rateOf(extract) + " of the memory copy rate");
  }

  /**
   * Of the plain copy's rate; the lower quartiles, which neighbours on the machine disturb least.
   */
  private double rateOf(double[] millis) {
    return percentile(copy, 25) / percentile(millis, 25);
  }

  private void measure(int blocks, int layers) throws IOException {
    KvLayout layout = KvLayout.of(new KvBlockFormat(KvType.F16, 4, 64, 16), new int[layers]);
    int[] ids = Caches.ids(0, blocks * 16);
    try (KvCache cache = new KvCache(layout, new KvPoolSize(3 * blocks));
        Arena arena = Arena.ofConfined()) {
      KvSequence sequence = cache.openUncached();
      assertTrue(sequence.reserve(ids.length));
      sequence.appendTokens(ids, 0, ids.length);
      SavedBlocks saved = sequence.save();
      MemorySegment out = arena.allocate(saved.byteSize(), 64);
      MemorySegment pool = cache.pool(0).memory();
      pool.fill((byte) 1);
      for (int round = -100; round < ROUNDS; round++) {
        int i = Math.max(round, 0);
        long start = System.nanoTime();
        MemorySegment.copy(pool, out.byteSize(), out, 0, out.byteSize());
        copy[i] = (System.nanoTime() - start) / 1e6;
        start = System.nanoTime();
        saved.extract(out);
        extract[i] = (System.nanoTime() - start) / 1e6;
        start = System.nanoTime();
        KvSequence back = cache.reconstruct(ids, out).orElseThrow();
        reconstruct[i] = (System.nanoTime() - start) / 1e6;
        back.close();
        start = System.nanoTime();
        KvSequence adopted = saved.open();
        adopt[i] = (System.nanoTime() - start) / 1e6;
        adopted.close();
      }
      String shape =
          "%d blocks x %d layers, %.1f MB".formatted(blocks, layers, out.byteSize() / 1e6);
      figure("plain memory copy, " + shape, copy, "");
      figure(
          "extract, " + shape,
          extract,
          "p95 < 10 ms, 0.8 of the copy rate: %.2f".formatted(rateOf(extract)));
      figure(
          "reconstruct, " + shape,
          reconstruct,
          "p95 < 5 ms, 0.8 of the copy rate: %.2f".formatted(rateOf(reconstruct)));
      figure("adopt in memory, " + shape, adopt, "p95 < 0.1 ms");
    }
  }

  private static double percentile(double[] values, int percent) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }

  private static void figure(String what, double[] millis, String bound) throws IOException {
    String row =
        String.format(
            Locale.ROOT,
            "| %s | p50 %.3f, p95 %.3f, p99 %.3f ms | %s |%n",
            what,
            percentile(millis, 50),
            percentile(millis, 95),
            percentile(millis, 99),
            bound);
    System.out.print(row);
    Files.createDirectories(FIGURES.getParent());
    Files.writeString(FIGURES, row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
