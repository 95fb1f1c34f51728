package dev.javelin.engine.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.tokenizer.TiktokenVocabularies;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Objects and arrays of thousands of parts end in time, without recursion over their parts. */
@Timeout(60)
final class LargeObjectTest {
  private static ConstraintCompiler compiler;

  @BeforeAll
  static void open() {
    compiler = new ConstraintCompiler(TokenTrie.of(TiktokenVocabularies.gpt2()));
  }

  private static String list(int count, IntFunction<String> part) {
    return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining(","));
  }

  private static Constraint schema(String schema) throws Exception {
    return compiler.jsonSchema(Corpus.JSON.readTree(schema), JsonOptions.COMPACT);
  }

  /** Writes at random, within the tokens that it takes at least. */
  private static JsonNode answer(Constraint constraint) throws Exception {
    int budget = constraint.start().tokensToEnd() + 20;
    return Corpus.JSON.readTree(RandomAnswersTest.answer(constraint, new Random(7), budget));
  }

  @Test
  void allRequiredMembersAreWritten() throws Exception {
    String names = list(120, i -> "\"k" + i + "\"");
    JsonNode open = answer(schema("{\"type\":\"object\",\"required\":[" + names + "]}"));
    assertTrue(open.size() >= 120);
    String properties = list(120, i -> "\"k" + i + "\":{\"type\":\"null\"}");
    Constraint exact =
        schema(
            "{\"type\":\"object\",\"additionalProperties\":false,\"maxProperties\":120,\"properties\":{"
                + properties
                + ",\"more\":{}},\"required\":["
                + names
                + "]}");
    assertEquals(120, answer(exact).size());
  }

  @Test
  void asManyMembersAsMustBeAreWritten() throws Exception {
    String properties = list(200, i -> "\"k" + i + "\":{\"type\":\"null\"}");
    Constraint least =
        schema(
            "{\"type\":\"object\",\"additionalProperties\":false,\"minProperties\":50,\"properties\":{"
                + properties
                + "},\"required\":[\"k199\"]}");
    JsonNode answer = answer(least);
    assertTrue(answer.size() >= 50 && answer.has("k199"));
    String chain = list(200, i -> "\"k" + i + "\":[\"k" + (i + 1) + "\"]");
    Constraint asked =
        schema("{\"type\":\"object\",\"required\":[\"k0\"],\"dependentRequired\":{" + chain + "}}");
    assertTrue(asked.start().tokensToEnd() > 200);
    assertTrue(answer(asked).size() >= 201);
  }

  @Test
  void theEndOfThousandsOfMembersIsKnown() throws Exception {
    Constraint many =
        schema("{\"type\":\"object\",\"required\":[" + list(8000, i -> "\"k" + i + "\"") + "]}");
    ConstraintState state = many.start();
    assertTrue(state.tokensToEnd() > 8000);
    byte[] begin = "{\"k7\":1,\"k".getBytes(StandardCharsets.UTF_8);
    assertEquals(begin.length, state.advance(begin));
    assertTrue(state.mask(state.tokensToEnd()).count() > 0);
  }

  @Test
  void namesThatAreTooManyOrTooLongAreRefusedAtOnce() {
    tooComplex("{\"dependentRequired\":{" + list(201, i -> "\"k" + i + "\":[\"k\"]") + "}}");
    tooComplex("{\"required\":[" + list(20_000, i -> "\"k" + i + "\"") + "]}");
    tooComplex(
        "{\"properties\":{"
            + list(25, i -> "\"" + (char) ('a' + i) + "x".repeat(9000) + "\":{}")
            + "}}");
  }

  private static void tooComplex(String schema) {
    ConstraintException e = assertThrows(ConstraintException.class, () -> schema(schema));
    assertEquals(ConstraintException.Code.TOO_COMPLEX, e.code());
  }

  @Test
  void longArraysAreCountedByArithmetic() throws Exception {
    Constraint longest =
        schema("{\"type\":\"array\",\"minItems\":65536,\"items\":{\"type\":\"null\"}}");
    assertEquals(2 * 65_536 + 1, longest.start().tokensToEnd());
    Constraint three = schema("{\"type\":\"array\",\"minItems\":3,\"items\":{\"type\":\"null\"}}");
    assertEquals(7, three.start().tokensToEnd());
    Constraint nulls =
        schema(
            "{\"type\":\"array\",\"minItems\":5000,\"prefixItems\":["
                + list(9000, i -> "{\"type\":\"null\"}")
                + "]}");
    assertEquals(10_001, nulls.start().tokensToEnd());
    assertTrue(answer(nulls).size() >= 5000);
  }
}
