package dev.javelin.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Utf8StreamTest {
  @Test
  void holdsBackAnIncompleteSequence() {
    Utf8Stream stream = new Utf8Stream();
    assertEquals("a", stream.accept(new byte[] {'a', (byte) 0xF0, (byte) 0x9F}));
    assertTrue(stream.isPending());
    assertEquals("", stream.accept(new byte[] {(byte) 0x98}));
    assertEquals("\uD83D\uDE00b", stream.accept(new byte[] {(byte) 0x80, 'b'}));
    assertFalse(stream.isPending());
    assertEquals("", stream.end());
  }

  @Test
  void replacesWhatStaysIncompleteAtTheEnd() {
    Utf8Stream stream = new Utf8Stream();
    assertEquals("", stream.accept(new byte[] {(byte) 0xE4, (byte) 0xBD}));
    assertEquals("\uFFFD", stream.end());
    assertEquals("x", stream.accept(new byte[] {'x'}));
  }

  /**
   * One replacement, here R, for each maximal invalid prefix; the examples of the Unicode standard,
   * section 3.9.
   */
  @ParameterizedTest
  @CsvSource({
    "C0AFE080BFF0818241, RRRRRRRRA",
    "EDA080EDBFBFEDAF41, RRRRRRRRA",
    "F4919293FF4180BF42, RRRRRARRB",
    "E180E2F09192F1BF41, RRRRA",
    "41C3B1, A\u00F1",
    "80, R",
    "F09F41, RA",
    "E2E282AC, R\u20AC"
  })
  void replacesEachMaximalInvalidPrefix(String hex, String expected) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    Utf8Stream stream = new Utf8Stream();
    assertEquals(expected.replace('R', '\uFFFD'), stream.accept(bytes) + stream.end());
    StringBuilder oneByOne = new StringBuilder();
    for (byte b : bytes) {
      oneByOne.append(stream.accept(new byte[] {b}));
    }
    assertEquals(expected.replace('R', '\uFFFD'), oneByOne + stream.end());
  }

  /**
   * Without 0xED: of a surrogate's three bytes the JDK makes one replacement, the standard three.
   */
  @Test
  void agreesWithTheJdkOnRandomBytes() {
    Random random = new Random(5);
    for (int n = 0; n < 50_000; n++) {
      byte[] bytes = new byte[random.nextInt(12)];
      for (int i = 0; i < bytes.length; i++) {
        int b = random.nextBoolean() ? 0x80 + random.nextInt(0x40) : random.nextInt(256);
        bytes[i] = (byte) (b == 0xED ? 0xEC : b);
      }
      Utf8Stream stream = new Utf8Stream();
      int cut = random.nextInt(bytes.length + 1);
      String text =
          stream.accept(bytes, 0, cut)
              + stream.accept(bytes, cut, bytes.length - cut)
              + stream.end();
      assertEquals(
          new String(bytes, StandardCharsets.UTF_8), text, () -> HexFormat.of().formatHex(bytes));
    }
  }
}
