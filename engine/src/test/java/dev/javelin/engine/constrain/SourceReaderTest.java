package dev.javelin.engine.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.engine.prompt.ByteTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Constraints made again from their sources. */
class SourceReaderTest {
  private static final ConstraintCompiler COMPILER =
      new ConstraintCompiler(TokenTrie.of(new ByteTokenizer()));

  @Test
  void everyKindIsMadeAgainFromItsSource() throws Exception {
    ObjectMapper exact =
        new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    Constraint digits = COMPILER.regex("[0-9]{2} ?");
    Constraint word = COMPILER.literal(" a b ");
    Map<String, Constraint> byAnswer = new LinkedHashMap<>();
    byAnswer.put("12 ", digits);
    byAnswer.put(" a b ", word);
    byAnswer.put("", COMPILER.literal(""));
    byAnswer.put("x\"ä", COMPILER.choice(List.of("12", "x\"ä")));
    byAnswer.put("(1)", COMPILER.gbnf("root ::= \"(\" root \")\" | [0-9]"));
    byAnswer.put("{\"a\":  1}", schema("{\"type\": \"object\"}", JsonOptions.DEFAULT));
    byAnswer.put("[3]", schema("{\"items\": {\"minimum\": 2.0}}", JsonOptions.COMPACT));
    byAnswer.put(
        "0.1234567890123456789012",
        COMPILER.jsonSchema(
            exact.readTree("{\"const\": 0.1234567890123456789012}"), JsonOptions.COMPACT));
    byAnswer.put("12 a b ", COMPILER.sequence(digits, word));
    byAnswer.put("34", COMPILER.anyOf(List.of(word, digits)));
    byAnswer.put("12 a b 34 a b ", COMPILER.repeat(COMPILER.sequence(digits, word), 1, 3));
    for (var entry : byAnswer.entrySet()) {
      Constraint made = entry.getValue();
      Constraint again = COMPILER.ofSource(made.source());
      assertEquals(made.source(), again.source());
      byte[] answer = entry.getKey().getBytes(StandardCharsets.UTF_8);
      assertTrue(made.accepts(answer) && again.accepts(answer), made.source());
      assertFalse(again.accepts("nothing of all".getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static Constraint schema(String json, JsonOptions options) throws Exception {
    return COMPILER.jsonSchema(new ObjectMapper().readTree(json), options);
  }

  @Test
  void whatIsNoSourceIsRefused() {
    for (String text :
        List.of(
            "",
            "word",
            "repeat 1 2",
            "repeat x",
            "schema SOME {}",
            "schema NONE {",
            "sequence 9 x")) {
      assertThrows(RuntimeException.class, () -> COMPILER.ofSource(text), text);
    }
  }
}
