package dev.javelin.engine.constrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.tokenizer.TiktokenVocabularies;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Grammars, regexes and choices. */
final class GbnfTest {
  private static final ConstraintCompiler COMPILER =
      new ConstraintCompiler(TokenTrie.of(TiktokenVocabularies.gpt2()));

  private static final String NESTED =
      """
      # sums of numbers and of sums in parentheses
      root   ::= sum "\\n"
      sum    ::= term ( [-+] term )*     # a comment
      term   ::= number |
                 "(" sum ")"
      number ::= [1-9] [0-9]{0,3} ("." [0-9]+)?
      """;

  private static boolean accepts(Constraint constraint, String text) {
    return constraint.accepts(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsRecursiveGrammars() {
    Constraint sums = COMPILER.gbnf(NESTED);
    assertTrue(accepts(sums, "1+(22-3.5)\n"));
    assertTrue(accepts(sums, "((((7))))\n"));
    assertFalse(accepts(sums, "((7)\n"));
    assertFalse(accepts(sums, "12345\n"));
    assertFalse(accepts(sums, "1+\n"));
    assertFalse(accepts(sums, "1"));
  }

  @Test
  void rightRecursionOfAnyLengthIsRead() {
    Constraint list =
        COMPILER.gbnf("root ::= \"x\" rest\nrest ::= \",\" \"x\" rest | \"[\" rest \"]\" | \"\"");
    assertTrue(accepts(list, "x" + ",x".repeat(20_000)));
    assertTrue(accepts(list, "x" + "[".repeat(20_000) + "]".repeat(20_000)));
    assertFalse(accepts(list, "x,"));
  }

  @Test
  void readsClassesEscapesAndRepetitions() {
    Constraint c =
        COMPILER.gbnf("root ::= [^\\x00-\\x1f\"\\]]{2} . \"\\u00e9\"? [a-c-]{1,} \"\\\\\"{0,2}");
    assertTrue(accepts(c, "xy\u4e2d\u00e9a-c"));
    assertTrue(accepts(c, "xy\nb\\\\"));
    assertFalse(accepts(c, "x\"\nb"));
    assertFalse(accepts(c, "xyz"));
    assertFalse(accepts(c, "xyzb\\\\\\"));
  }

  @Test
  void sumsEndWithinTheirBudget() {
    Constraint sums = COMPILER.gbnf(NESTED);
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      assertTrue(accepts(sums, RandomAnswersTest.answer(sums, random, 60)));
    }
  }

  @Test
  void whatContainsItselfMayLeaveItselfOut() {
    Constraint nested = COMPILER.gbnf("root ::= \"(\" root? \")\" | \"[\" root* \"]\"");
    assertTrue(accepts(nested, "(([()[[]]]))"));
    assertFalse(accepts(nested, "(()())"));
    assertEquals(1, state(nested, "(([])").tokensToEnd());
  }

  private static ConstraintState state(Constraint constraint, String text) {
    ConstraintState state = constraint.start();
    state.advance(text.getBytes(StandardCharsets.UTF_8));
    return state;
  }

  @Test
  void refusesGrammarsThatCannotBeWalked() {
    refused("root ::= root \"a\" | \"b\"", "begins with itself");
    refused("root ::= a \"x\"\na ::= \"y\"? root", "begins with itself");
    refused("root ::= missing", "no rule named missing");
    refused("start ::= \"a\"", "rule named root");
    refused("root ::= \"a", "unexpected end");
    refused("root ::= \"(\" root \")\"", "never be completed");
    refused("root ::= (\"a\"", "missing )");
    refused("root ::= \"a\" | [^\\x00-\\U0010FFFF]", "without characters");
  }

  private static void refused(String grammar, String reason) {
    ConstraintException e =
        assertThrows(ConstraintException.class, () -> COMPILER.gbnf(grammar), grammar);
    assertTrue(e.getMessage().contains(reason), e::getMessage);
  }

  @Test
  void aRegexMatchesTheWholeAnswer() {
    Constraint regex = COMPILER.regex("(\\d{3}|[a-f]+)-\u00fc?x");
    assertTrue(accepts(regex, "123-x"));
    assertTrue(accepts(regex, "ace-\u00fcx"));
    assertFalse(accepts(regex, "1234-x"));
    assertFalse(accepts(regex, "ace-xx"));
    assertThrows(ConstraintException.class, () -> COMPILER.regex("a(?<=b)c"));
    assertThrows(ConstraintException.class, () -> COMPILER.regex("[^\\s\\S]"));
  }

  @Test
  void forcedBytesNeedNoSampling() {
    ConstraintState state = COMPILER.choice(List.of("yes, please", "yes, thanks")).start();
    assertArrayEquals("yes, ".getBytes(StandardCharsets.UTF_8), state.forcedBytes(64));
    assertEquals(6, state.advance("yes, p".getBytes(StandardCharsets.UTF_8)));
    assertArrayEquals("lease".getBytes(StandardCharsets.UTF_8), state.forcedBytes(64));
    assertEquals(5, state.advance("lease".getBytes(StandardCharsets.UTF_8)));
    assertTrue(state.mustEnd());
    assertEquals(0, state.mask().count());
  }
}
