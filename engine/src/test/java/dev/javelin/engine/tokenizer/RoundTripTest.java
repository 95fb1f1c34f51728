package dev.javelin.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Text that goes in comes out again. */
final class RoundTripTest {
  /**
   * From, to: ASCII, letters, digits, Latin, marks, Greek and Cyrillic, Hebrew, Indic and Thai, ...
   */
  private static final int[][] RANGES = {
    {0, 0x80},
    {0x20, 0x7F},
    {0x61, 0x7B},
    {0x30, 0x3A},
    {0xA0, 0x250},
    {0x300, 0x370},
    {0x370, 0x530},
    {0x590, 0x700},
    {0x900, 0xE80},
    {0x1100, 0x1200},
    {0x2000, 0x2700},
    {0x3000, 0x9FFF},
    {0x10000, 0x110000}
  };

  @Test
  void keeps100000RandomTexts() {
    Random random = new Random(1);
    Tokenizer[] tokenizers = {TiktokenVocabularies.o200k(), TiktokenVocabularies.gpt2()};
    for (int n = 0; n < 100_000; n++) {
      String text = randomText(random);
      Tokenizer tokenizer = tokenizers[n & 1];
      assertEquals(text, tokenizer.decode(tokenizer.encode(text, (n & 2) == 0)));
    }
  }

  @Test
  void keepsRandomTextsThroughSentencePiece() throws IOException {
    Tokenizer tokenizer = SharedData.tokenizer(SharedData.path("vocab/ggml-vocab-llama-spm.gguf"));
    Random random = new Random(2);
    for (int n = 0; n < 20_000; n++) {
      String text = randomText(random).replace('\u2581', '_');
      assertEquals(text, tokenizer.decode(tokenizer.encode(text, false)));
    }
  }

  @Test
  void replacesASurrogateWithoutPartner() {
    Tokenizer tokenizer = TiktokenVocabularies.o200k();
    assertArrayEquals(tokenizer.encode("a\uFFFDb", false), tokenizer.encode("a\uD83Db", false));
    assertArrayEquals(
        tokenizer.encode("\uFFFD\uFFFD\uD83D\uDE00", false),
        tokenizer.encode("\uDE00\uD83D\uD83D\uDE00", false));
  }

  @Test
  void givesTheSameIdsToManyThreads() throws InterruptedException {
    Tokenizer tokenizer = Tokenizers.of(TiktokenVocabularies.gpt2Vocabulary());
    String text = randomTexts(new Random(3), 2000);
    int[] expected = TiktokenVocabularies.gpt2().encode(text, false);
    int[][] results = new int[4][];
    Thread[] threads = new Thread[results.length];
    for (int t = 0; t < threads.length; t++) {
      int mine = t;
      threads[t] = Thread.ofPlatform().start(() -> results[mine] = tokenizer.encode(text, false));
    }
    for (int t = 0; t < threads.length; t++) {
      threads[t].join();
      assertArrayEquals(expected, results[t]);
    }
  }

  private static String randomTexts(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(randomText(random)).append(' ');
    }
    return text.toString();
  }

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(40);
    for (int i = 0; i < length; i++) {
      int[] range = RANGES[random.nextInt(RANGES.length)];
      text.appendCodePoint(random.nextInt(range[0], range[1]));
    }
    return text.toString();
  }
}
