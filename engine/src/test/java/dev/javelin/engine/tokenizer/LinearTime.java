package dev.javelin.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.AllocatedBytes;

/**
 * Says whether a tokenizer takes time in proportion to the text: compares one megabyte with 64 KB.
 */
final class LinearTime {
  private static final int LONG = 1 << 20;
  private static final int ATTEMPTS = 3;

  /**
   * Linear is 16; quadratic would be 256. Large heaps leave the processor's cache, and the machine
   * may be busy.
   */
  private static final double LIMIT = 64;

  private LinearTime() {}

  static void check(Tokenizer tokenizer, String run) {
    String text = run.repeat(LONG / run.length());
    String part = text.substring(0, text.length() / 16 / run.length() * run.length());
    long shorter = Math.min(nanos(tokenizer, part), nanos(tokenizer, part));
    double ratio = Double.MAX_VALUE;
    for (int i = 0; i < ATTEMPTS && ratio > LIMIT; i++) {
      ratio =
          nanos(tokenizer, text)
              / (double) Math.max(shorter, 2_000_000); // below 2 ms the clock says little
    }
    double best = ratio;
    assertTrue(
        best <= LIMIT, () -> "16 times the text of '" + run + "' took " + best + " times as long");
  }

  private static long nanos(Tokenizer tokenizer, String text) {
    long start = AllocatedBytes.cpuNanos();
    int[] ids = tokenizer.encode(text, true);
    long nanos = AllocatedBytes.cpuNanos() - start;
    assertEquals(text, tokenizer.decode(ids));
    return nanos;
  }
}
