package dev.javelin.engine.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The one correction of the validator, and that it goes no further. */
final class JudgeTest {
  private static void check(boolean raw, boolean corrected, String schema, String answer)
      throws Exception {
    var judge = SchemaCorpusTest.validator(Corpus.JSON.readTree(schema));
    var json = Corpus.JSON.readTree(answer);
    assertEquals(raw, judge.validate(json).isEmpty(), () -> schema + " raw on " + answer);
    assertEquals(corrected, Judge.faults(judge, json).isEmpty(), () -> schema + " on " + answer);
  }

  @Test
  void additionalPropertiesHoldForKeysThatBeginWithTheMark() throws Exception {
    String not = "{\"type\":\"object\",\"not\":{\"additionalProperties\":{\"type\":\"integer\"}}}";
    check(false, true, not, "{\"# a\":false}");
    check(true, true, not, "{\"a\":false}");
    check(false, false, not, "{\"# a\":1}");
    check(true, false, "{\"additionalProperties\":false}", "{\"#\":1}");
  }

  @Test
  void nothingElseIsCorrected() throws Exception {
    check(false, false, "{\"maxProperties\":0}", "{\"#\":1}");
    check(
        false,
        false,
        "{\"additionalProperties\":true,\"patternProperties\":{\"^#\":false}}",
        "{\"#\":1}");
    check(
        false,
        false,
        "{\"additionalProperties\":true,\"not\":{\"required\":[\"#\"]}}",
        "{\"#\":1}");
  }
}
