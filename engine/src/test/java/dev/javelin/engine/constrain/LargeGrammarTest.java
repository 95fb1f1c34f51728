package dev.javelin.engine.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.tokenizer.TiktokenVocabularies;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Grammars of up to 256 KB are compiled in time that grows with their length, or refused. */
@Timeout(30)
final class LargeGrammarTest {
  private static ConstraintCompiler compiler;

  @BeforeAll
  static void open() {
    compiler = new ConstraintCompiler(TokenTrie.of(TiktokenVocabularies.gpt2()));
  }

  private static String each(int count, IntFunction<String> part) {
    return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining());
  }

  private static boolean accepts(Constraint constraint, String text) {
    return constraint.accepts(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void chainsOfRulesAreAsLongAsTheyLike() {
    int length = 12_000;
    String chain = each(length, i -> "a" + i + " ::= \"x\" a" + (i + 1) + "\n");
    Constraint straight = compiler.gbnf("root ::= a0\n" + chain + "a" + length + " ::= \"y\"\n");
    assertTrue(accepts(straight, "x".repeat(length) + "y"));
    assertFalse(accepts(straight, "x".repeat(length - 1) + "y"));
    Constraint circle =
        compiler.gbnf("root ::= a0\n" + chain + "a" + length + " ::= root | \"y\"\n");
    assertTrue(accepts(circle, "x".repeat(2 * length) + "y"));
    assertFalse(accepts(circle, "x".repeat(length + 1) + "y"));
  }

  @Test
  void chainsOfNamesAreAsLongAsTheyLike() {
    int length = 12_000;
    String last = "a" + length + " ::= \"y\"\n";
    Constraint names =
        compiler.gbnf(
            "root ::= a0\n" + each(length, i -> "a" + i + " ::= a" + (i + 1) + "\n") + last);
    assertTrue(accepts(names, "y"));
    Constraint optional =
        compiler.gbnf(
            "root ::= a0 \"z\"\n" + each(length, i -> "a" + i + " ::= a" + (i + 1) + "?\n") + last);
    assertTrue(accepts(optional, "z"));
    assertTrue(accepts(optional, "yz"));
    String circle = each(length, i -> "a" + i + " ::= a" + (i + 1) + "\n");
    refused("root ::= a0\n" + circle + "a" + length + " ::= root | \"y\"", "begins with itself");
    refused("root ::= a0\n" + circle + "a" + length + " ::= \"(\" root", "never be completed");
  }

  @Test
  void aRuleMayHaveManyParts() {
    int count = 60_000;
    Constraint parts =
        compiler.gbnf("root ::= \"x\" | \"(\" root" + " a".repeat(count) + "\na ::= \"y\"");
    assertTrue(accepts(parts, "(x" + "y".repeat(count)));
    Constraint empty =
        compiler.gbnf("root ::= \"x\" | root2" + " \"\"".repeat(count) + "\nroot2 ::= \"(\" root");
    assertTrue(accepts(empty, "((x"));
    String letters = each(25_000, i -> Character.toString(0x100 + 2 * i));
    Constraint set = compiler.gbnf("root ::= [" + letters + letters + "]");
    assertTrue(accepts(set, Character.toString(0x100 + 49_998)));
    assertFalse(accepts(set, Character.toString(0x101)));
  }

  @Test
  void repetitionsOfNothingEnd() {
    Constraint nothing = compiler.gbnf("root ::= \"x\" (((\"\"{9999}){9999}){9999}){9999,}");
    assertTrue(accepts(nothing, "x"));
    Constraint perhaps = compiler.gbnf("root ::= \"x\" (\"(\" root \")\" | \"\"){50000}");
    assertTrue(accepts(perhaps, "x"));
    assertTrue(accepts(perhaps, "x(x)(x)"));
    assertEquals(0, state(perhaps, "x").tokensToEnd());
  }

  private static ConstraintState state(Constraint constraint, String text) {
    ConstraintState state = constraint.start();
    state.advance(text.getBytes(StandardCharsets.UTF_8));
    return state;
  }

  @Test
  void rulesMayMeetInMoreWaysThanCanBeFollowed() {
    String[] ends = {"\"p\" | a%2$d \"q\"", "\"p\"? | a%2$d \"q\"?", "a%2$d"};
    for (String end : ends) {
      String rules =
          each(
              60,
              i ->
                  (i == 0 ? "root" : "a" + i)
                      + " ::= a%2$d ".formatted(0, i + 1)
                      + end.formatted(0, i + 1)
                      + "\n");
      ConstraintState state = compiler.gbnf(rules + "a60 ::= \"z\" | \"y\"?").start();
      for (int written = 0; written < 10; written++) {
        TokenMask mask = state.mask(state.tokensToEnd() + 20);
        int token = mask.nextAllowed(0);
        assertTrue(token < 0 || state.advance(token));
      }
    }
  }

  @Test
  void howFarTheEndIsTakesNoLongerInAnyOrderOfRules() {
    int count = 9_000;
    String names =
        IntStream.range(0, count).mapToObj(i -> "a" + i).collect(Collectors.joining(" | "));
    Constraint constraint =
        compiler.gbnf(
            "root ::= "
                + names
                + "\na0 ::= \"x\" | \"<\" root\n"
                + each(count - 1, i -> "a" + (i + 1) + " ::= \"(\" a" + i + " \")\"\n"));
    assertEquals(1, constraint.start().tokensToEnd());
    assertEquals(2, state(constraint, "((x").tokensToEnd());
  }

  @Test
  void refusesWhatNestsTooDeep() {
    refused("root ::= " + "(".repeat(100_000) + "\"x\"" + ")".repeat(100_000), "nest deeper");
    refused("root ::= \"x\"" + "?".repeat(200_000), "repetitions");
  }

  private static void refused(String grammar, String reason) {
    ConstraintException e =
        assertThrows(ConstraintException.class, () -> compiler.gbnf(grammar), reason);
    assertTrue(e.getMessage().contains(reason), e::getMessage);
  }
}
