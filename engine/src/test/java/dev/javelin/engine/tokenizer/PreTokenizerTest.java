package dev.javelin.engine.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds the hand-written scanners to the regular expressions that they stand for, run by
 * java.util.regex.
 */
final class PreTokenizerTest {
  private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String GPT_2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String EAST_ASIAN = "[\\u4E00-\\u9FA5\\u0800-\\u4E00\\uAC00-\\uD7FF]+";

  /** Pieces of texts that meet at the borders of the patterns. */
  private static final String[] SNIPPETS = {
    " ",
    "  ",
    "   ",
    "\n",
    "\r\n",
    "\n\n",
    "\t",
    "\u00A0",
    "\u2003",
    "\u3000",
    "\u0085",
    "\u001C",
    "\u200D",
    "'",
    "'s",
    "'S",
    "'Ll",
    "'re",
    "'VE",
    "'d",
    "'\u017F",
    "a",
    "the",
    "World",
    "CamelCase",
    "HTTPServer",
    "iPhone",
    "\u00DF",
    "E",
    "\u0301",
    "\u0308\u0301",
    "\u093F",
    "\u0928\u092E\u0938\u094D\u0924\u0947",
    "\u0E2A\u0E27\u0E31",
    "\u4F60\u597D",
    "\uD55C\uAD6D",
    "\u3042",
    "\u01C5",
    "\u02B0",
    "\u00AA",
    "\u01BB",
    "1",
    "42",
    "12345",
    "\u0664",
    "\u00BD",
    "\u2167",
    ".",
    "...",
    "!?",
    "/",
    "//",
    "/\n",
    "$",
    "+=",
    "`",
    "~",
    "_",
    "\uFF01",
    "\u2018",
    "\u3002",
    "\uD83D\uDE00",
    "\uD835\uDC00",
    "\uD801\uDC00",
    "\uD83D\uDC68\u200D\uD83D\uDC69",
    "(",
    ")",
    "\"",
    "#",
    "\u20AC",
    "\u0000",
    "\uFFFD"
  };

  @ParameterizedTest
  @EnumSource(PreTokenizer.class)
  void cutsAsThePatternDoes(PreTokenizer preTokenizer) {
    List<Pattern> stages = stages(preTokenizer).stream().map(PreTokenizerTest::compile).toList();
    Random random = new Random(42);
    for (int n = 0; n < 10_000; n++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append(SNIPPETS[random.nextInt(SNIPPETS.length)]);
      }
      assertEquals(expected(stages, text.toString()), actual(preTokenizer, text.toString()));
    }
  }

  private static List<String> stages(PreTokenizer preTokenizer) {
    return switch (preTokenizer) {
      case DEFAULT -> List.of("[\\p{P}$+<=>^~|]+", GPT_2, "\\p{N}+", "[0-9][0-9][0-9]");
      case GPT_2 -> List.of(GPT_2);
      case SMOLLM -> List.of("\\p{N}", GPT_2);
      case QWEN2 -> List.of(llama("\\p{L}", "\\p{N}"));
      case QWEN35 ->
          List.of(
              llama("[\\p{L}\\p{M}]", "\\p{N}")
                  .replace("[^\\s\\p{L}\\p{N}]", "[^\\s\\p{L}\\p{M}\\p{N}]"));
      case LLAMA_3, CL100K -> List.of(llama("\\p{L}", "\\p{N}{1,3}"));
      case GPT_4O -> List.of(o200k(CONTRACTION + "?", "\\p{N}{1,3}"));
      case TEKKEN -> List.of(o200k("", "\\p{N}"));
      case FALCON -> List.of("[\\p{P}$+<=>^~|`]+", GPT_2, "[0-9][0-9][0-9]");
      case DEEPSEEK_LLM ->
          List.of(
              "[\r\n]",
              "\\s?[" + deepSeekLetters() + "]+",
              "\\s?[!-/:-~\\uFF01-\\uFF0F\\uFF1A-\\uFF5E\\u2018-\\u201F\\u3000-\\u3002]+",
              "\\s+\\z",
              EAST_ASIAN,
              "\\p{N}+");
      case DEEPSEEK_CODER -> List.of("[\r\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", EAST_ASIAN, "\\p{N}");
    };
  }

  private static String llama(String word, String numbers) {
    return CONTRACTION
        + "|[^\\r\\n\\p{L}\\p{N}]?"
        + word
        + "+|"
        + numbers
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  private static String o200k(String contraction, String numbers) {
    String prefix = "[^\\r\\n\\p{L}\\p{N}]?";
    return (prefix + UPPER + "*" + LOWER + "+" + contraction)
        + ("|" + prefix + UPPER + "+" + LOWER + "*" + contraction)
        + ("|" + numbers + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");
  }

  private static String deepSeekLetters() {
    StringBuilder letters = new StringBuilder();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      if (!surrogate && DeepSeekClasses.isCased(new Utf8Text(Character.toString(c)), 0)) {
        letters.appendCodePoint(c);
      }
    }
    return letters.toString();
  }

  /** Java's \s is ASCII's; the patterns mean Unicode's. */
  private static Pattern compile(String pattern) {
    String space = "\\t-\\r\\x85\\p{Z}";
    return Pattern.compile(
        pattern
            .replace("[^\\s", "[^" + space)
            .replace("\\S", "[^" + space + "]")
            .replace("\\s", "[" + space + "]"));
  }

  private static List<String> expected(List<Pattern> stages, String text) {
    List<String> pieces = List.of(text);
    for (Pattern stage : stages) {
      List<String> cut = new ArrayList<>();
      for (String piece : pieces) {
        int end = 0;
        for (Matcher matcher = stage.matcher(piece); matcher.find(); end = matcher.end()) {
          if (matcher.start() > end) {
            cut.add(piece.substring(end, matcher.start()));
          }
          cut.add(matcher.group());
        }
        if (end < piece.length()) {
          cut.add(piece.substring(end));
        }
      }
      pieces = cut;
    }
    return pieces;
  }

  private static List<String> actual(PreTokenizer preTokenizer, String text) {
    Utf8Text utf8 = new Utf8Text(text);
    List<String> pieces = new ArrayList<>();
    preTokenizer.split(
        utf8,
        0,
        utf8.length(),
        (from, to) ->
            pieces.add(new String(utf8.bytes(), from, to - from, StandardCharsets.UTF_8)));
    return pieces;
  }
}
