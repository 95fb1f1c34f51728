package dev.javelin.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How fast the largest vocabulary opens and encodes ordinary text. */
@Tag("acceptance")
final class TokenizerSpeedTest {
  @Test
  void opensO200kInUnderASecondAndEncodesSeveralMegabytesASecond() throws IOException {
    Path file = SharedData.path("vocab/gpt-oss-o200k-vocab.gguf");
    Tokenizer tokenizer = null;
    double openMillis = Double.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      tokenizer = SharedData.tokenizer(file);
      openMillis = Math.min(openMillis, (System.nanoTime() - start) / 1e6);
    }

    StringBuilder text = new StringBuilder();
    for (SharedData.Vector vector : SharedData.resource("gpt2.jsonl")) {
      text.append(vector.text())
          .append(" The quick brown fox doesn't jump over 13 lazy dogs; it sleeps.\n");
    }
    double megabytes = new Utf8Text(text.toString()).length() / 1e6;
    double best = 0;
    for (int i = 0; i < 50; i++) {
      long start = System.nanoTime();
      tokenizer.encode(text.toString(), false);
      best = Math.max(best, megabytes / ((System.nanoTime() - start) / 1e9));
    }
    System.out.printf(
        Locale.ROOT, "o200k: opened in %.0f ms, encodes %.1f MB/s%n", openMillis, best);
    assertTrue(openMillis < 1000, "opened in " + openMillis + " ms");
    assertTrue(best > 5, "encodes " + best + " MB/s");
  }
}
