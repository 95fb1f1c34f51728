package dev.javelin.engine.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is short to write may be long to compile: then it is refused, and soon. */
@Timeout(30)
final class EffortTest {
  private static ConstraintCompiler compiler;

  @BeforeAll
  static void open() {
    compiler = new ConstraintCompiler(TokenTrie.of(TiktokenVocabularies.gpt2()));
  }

  private static String list(int count, IntFunction<String> part) {
    return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining(","));
  }

  private static boolean accepts(Constraint constraint, String text) {
    return constraint.accepts(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a?){19000}",
        "(\\p{L}?){2000}",
        "(.*a){9000}",
        "(a|b)*a(a|b){20}",
        "((((a{2})*|(a{3})*)|((a{5})*|(a{7})*))|(((a{11})*|(a{13})*)|(a{17})*))"
      })
  void patternsThatMultiplyAreRefused(String pattern) {
    ConstraintException e = assertThrows(ConstraintException.class, () -> compiler.regex(pattern));
    assertEquals(ConstraintException.Code.TOO_COMPLEX, e.code());
  }

  @Test
  void repetitionsOfNothingEnd() {
    Constraint nothing = compiler.regex("(((){999999}){999999}){999999}x");
    assertTrue(accepts(nothing, "x"));
  }

  @Test
  void longClassesAndManyPropertiesAreRead() {
    String letters =
        IntStream.range(0, 40_000)
            .mapToObj(i -> Character.toString(0x100 + 2 * (i % 25_000)))
            .collect(Collectors.joining());
    assertTrue(accepts(compiler.regex("[" + letters + "]"), Character.toString(0x100 + 49_998)));
    assertTrue(accepts(compiler.regex("[" + "\\p{L}".repeat(9_000) + "]"), "a"));
    assertTrue(accepts(compiler.regex("a" + "{x".repeat(10_000)), "a" + "{x".repeat(10_000)));
  }

  @Test
  void manySmallPatternsAddUp() throws Exception {
    refused(
        "{\"prefixItems\":["
            + list(5000, i -> "{\"type\":\"string\",\"pattern\":\"(a|b)*a(a|b){10}" + i + "\"}")
            + "]}");
    refused(
        "{\"prefixItems\":[" + list(4000, i -> "{\"multipleOf\":" + (3 + i % 3900) + "}") + "]}");
    refused("{\"enum\":[" + list(30_000, i -> Integer.toString(i * 7919 % 1_000_003)) + "]}");
  }

  @Test
  void longChainsOfReferencesAreRefused() throws Exception {
    for (String step :
        new String[] {"%s", "{\"allOf\":[%s]}", "{\"anyOf\":[%s]}", "{\"not\":%s}"}) {
      refused(
          "{\"$ref\":\"#/$defs/d0\",\"$defs\":{\"d4000\":{\"type\":\"string\"},"
              + list(
                  4000,
                  i ->
                      "\"d" + i + "\":" + step.formatted("{\"$ref\":\"#/$defs/d" + (i + 1) + "\"}"))
              + "}}");
    }
  }

  @Test
  void manyPartsOfOneObjectAreRefused() throws Exception {
    refused("{\"allOf\":[" + list(5000, i -> "{\"properties\":{\"k" + i + "\":{}}}") + "]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\"minItems\":100000000}",
        "{\"type\":\"array\",\"contains\":{\"type\":\"integer\"},\"minContains\":50000000}",
        "{\"type\":\"string\",\"minLength\":1000000}"
      })
  void moreThanAnyAnswerHoldsIsRefused(String schema) throws Exception {
    refused(schema);
  }

  /** What is missing is not counted one by one for every token. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\"minItems\":65536}",
        "{\"type\":\"array\",\"prefixItems\":[{\"type\":\"boolean\"}],\"items\":{\"type\":\"integer\"},"
            + "\"minItems\":65536}",
        "{\"type\":\"array\",\"contains\":{\"type\":\"integer\"},\"minContains\":65536}",
        "{\"type\":\"string\",\"minLength\":65536}"
      })
  void muchThatIsRequiredTakesNoTimeAtEachToken(String schema) throws Exception {
    ConstraintState state =
        compiler.jsonSchema(Corpus.JSON.readTree(schema), JsonOptions.COMPACT).start();
    for (int written = 0; written < 500; written++) {
      int left = state.tokensToEnd();
      assertTrue(state.advance(state.mask(left).nextAllowed(0)));
      assertTrue(state.tokensToEnd() < left);
    }
  }

  private static void refused(String schema) throws Exception {
    var json = Corpus.JSON.readTree(schema);
    ConstraintException e =
        assertThrows(
            ConstraintException.class, () -> compiler.jsonSchema(json, JsonOptions.DEFAULT));
    assertEquals(ConstraintException.Code.TOO_COMPLEX, e.code());
  }
}
