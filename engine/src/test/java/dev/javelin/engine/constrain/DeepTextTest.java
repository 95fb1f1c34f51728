package dev.javelin.engine.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.tokenizer.TiktokenVocabularies;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A text may nest as deep as it is long: stacks of the machine are walked in loops. */
@Timeout(60)
final class DeepTextTest {
  private static final int DEPTH = 100_000;
  private static final ConstraintCompiler COMPILER =
      new ConstraintCompiler(TokenTrie.of(TiktokenVocabularies.gpt2()));

  @Test
  void nestedGrammarsEndWithinTheirBudget() {
    endsInTime(COMPILER.gbnf("root ::= \"[\" root \"]\" | \"x\""), "[", "]");
  }

  @Test
  void nestedRepetitionsEndWithinTheirBudget() {
    endsInTime(COMPILER.gbnf("root ::= \"x\" | (\"[\" root \"]\"){1,2}"), "[", "]");
  }

  @Test
  void nestedArraysEndWithinTheirBudget() throws Exception {
    endsInTime(schema("{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}"), "[", "]");
  }

  @Test
  void nestedObjectsEndWithinTheirBudget() throws Exception {
    endsInTime(
        schema("{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#\"}}"), "{\"a\":", "}");
  }

  private static Constraint schema(String schema) throws Exception {
    return COMPILER.jsonSchema(Corpus.JSON.readTree(schema), JsonOptions.COMPACT);
  }

  /** Reads the opening again and again, then goes to the end by the tightest masks. */
  private static void endsInTime(Constraint constraint, String open, String close) {
    ConstraintState state = constraint.start();
    byte[] text = open.repeat(DEPTH).getBytes(StandardCharsets.UTF_8);
    assertEquals(text.length, state.advance(text));
    int left = state.tokensToEnd();
    assertTrue(left >= DEPTH && left < 3 * DEPTH, () -> "needs " + left);
    assertTrue(state.mask(left + 10).count() >= state.mask(left).count());
    for (int written = 0; written < 1000; written++) {
      TokenMask mask = state.mask(left - written);
      assertTrue(state.advance(mask.nextAllowed(0)));
      assertTrue(state.tokensToEnd() < left - written);
    }
    assertFalse(state.canEnd());
    state.advance(close.repeat(DEPTH).getBytes(StandardCharsets.UTF_8));
    assertTrue(state.canEnd());
  }
}
