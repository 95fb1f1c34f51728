package dev.javelin.engine.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.SpecVersionDetector;
import dev.javelin.engine.tokenizer.TiktokenVocabularies;
import dev.javelin.engine.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every instance of the corpus is judged as JSON Schema says, and so says an independent validator.
 */
final class SchemaCorpusTest {
  private static final Tokenizer GPT2 = TiktokenVocabularies.gpt2();
  private static final ConstraintCompiler COMPILER = new ConstraintCompiler(TokenTrie.of(GPT2));

  static List<Corpus.Entry> enforceable() {
    return Corpus.enforceable();
  }

  static List<Corpus.Entry> refused() {
    return Corpus.refused();
  }

  /** The judge of the judges: our reading of the specification is not only ours. */
  static JsonSchema validator(JsonNode schema) {
    SpecVersion.VersionFlag version =
        schema.isObject()
            ? SpecVersionDetector.detectOptionalVersion(schema, false)
                .orElse(SpecVersion.VersionFlag.V202012)
            : SpecVersion.VersionFlag.V202012;
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    return JsonSchemaFactory.getInstance(version).getSchema(schema, config);
  }

  @ParameterizedTest
  @MethodSource("enforceable")
  void acceptsWhatIsValidAndNothingElse(Corpus.Entry entry) {
    Constraint constraint = COMPILER.jsonSchema(entry.schema(), JsonOptions.DEFAULT);
    JsonSchema judge = validator(entry.schema());
    for (JsonNode instance : entry.valid()) {
      assertTrue(
          judge.validate(instance).isEmpty(), () -> "the corpus is wrong: not valid: " + instance);
      for (String text : Corpus.layouts(instance)) {
        assertTrue(
            constraint.accepts(text.getBytes(StandardCharsets.UTF_8)), () -> "refuses " + text);
      }
    }
    for (JsonNode instance : entry.invalid()) {
      assertFalse(
          judge.validate(instance).isEmpty(), () -> "the corpus is wrong: valid: " + instance);
      for (String text : Corpus.layouts(instance)) {
        assertFalse(
            constraint.accepts(text.getBytes(StandardCharsets.UTF_8)), () -> "accepts " + text);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesWhatItCannotEnforceAndSaysWhere(Corpus.Entry entry) {
    ConstraintException refusal =
        assertThrows(
            ConstraintException.class,
            () -> COMPILER.jsonSchema(entry.schema(), JsonOptions.DEFAULT));
    assertEquals(entry.error(), refusal.code().wireName(), refusal::getMessage);
    assertEquals(entry.pointer(), refusal.pointer(), refusal::getMessage);
  }

  @Test
  void walksEveryValidInstanceTokenByTokenInTheVocabularyOfGpt2() {
    walkAll(GPT2, COMPILER);
  }

  @Tag("acceptance")
  @Test
  void walksEveryValidInstanceTokenByTokenInTheVocabularyOfGptOss() {
    Tokenizer tokenizer = TiktokenVocabularies.o200k();
    walkAll(tokenizer, new ConstraintCompiler(TokenTrie.of(tokenizer)));
  }

  private static void walkAll(Tokenizer tokenizer, ConstraintCompiler compiler) {
    for (Corpus.Entry entry : Corpus.enforceable()) {
      Constraint constraint = compiler.jsonSchema(entry.schema(), JsonOptions.DEFAULT);
      for (JsonNode instance : entry.valid()) {
        for (String text : Corpus.layouts(instance)) {
          ConstraintState state = constraint.start();
          for (int token : tokenizer.encode(text, false)) {
            assertTrue(
                state.mask().allows(token),
                () -> "the mask forbids token " + token + " of " + text);
            assertTrue(state.advance(token), () -> "does not read token " + token + " of " + text);
          }
          assertTrue(state.canEnd(), () -> "may not end behind " + text);
        }
      }
    }
  }

  @Test
  void aKeyIsWrittenOnce() {
    Constraint constraint =
        COMPILER.jsonSchema(
            Corpus.JSON
                .createObjectNode()
                .set("properties", Corpus.JSON.createObjectNode().put("a", true)),
            JsonOptions.DEFAULT);
    assertTrue(constraint.accepts("{\"a\":1,\"b\":2}".getBytes(StandardCharsets.UTF_8)));
    assertFalse(constraint.accepts("{\"a\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8)));
    assertFalse(constraint.accepts("{\"a\":1,\"\\u0061\":2}".getBytes(StandardCharsets.UTF_8)));
  }
}
