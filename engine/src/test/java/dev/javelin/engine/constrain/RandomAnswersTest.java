package dev.javelin.engine.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.JsonSchema;
import dev.javelin.engine.tokenizer.TiktokenVocabularies;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A model that says anything at random, held by the masks: what it says is always valid and always
 * in time.
 */
final class RandomAnswersTest {
  private static final int BUDGET = 60;

  @Test
  void everyAnswerIsValidAndWithinItsBudget() throws Exception {
    generate(new ConstraintCompiler(TokenTrie.of(TiktokenVocabularies.gpt2())), 4);
  }

  @Tag("acceptance")
  @Test
  void everyAnswerOfManyIsValidInTheVocabularyOfGptOss() throws Exception {
    generate(
        new ConstraintCompiler(TokenTrie.of(TiktokenVocabularies.o200k())), 125); // 10,000 in all
  }

  private static void generate(ConstraintCompiler compiler, int answersForEach) throws Exception {
    Random random = new Random(20_240_229);
    for (Corpus.Entry entry : Corpus.enforceable()) {
      Constraint constraint = compiler.jsonSchema(entry.schema(), JsonOptions.DEFAULT);
      JsonSchema judge = SchemaCorpusTest.validator(entry.schema());
      for (int i = 0; i < answersForEach; i++) {
        String answer = answer(constraint, random, BUDGET);
        var faults = Judge.faults(judge, Corpus.JSON.readTree(answer));
        assertTrue(faults.isEmpty(), () -> entry + ": " + faults + " in " + answer);
      }
    }
  }

  static String answer(Constraint constraint, Random random, int budget) {
    ConstraintState state = constraint.start();
    TokenTrie vocabulary = constraint.vocabulary();
    assertTrue(state.tokensToEnd() <= budget, () -> "needs " + state.tokensToEnd());
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int written = 0; written < budget && !state.mustEnd(); written++) {
      TokenMask mask = state.mask(budget - written);
      int token = mask.nextAllowed(random.nextInt(vocabulary.vocabularySize()));
      token = token < 0 ? mask.nextAllowed(0) : token;
      if (token < 0 || state.canEnd() && random.nextInt(5) == 0) {
        break;
      }
      assertTrue(state.mask().allows(token), "the budget only takes tokens away");
      assertTrue(state.advance(token), "what the mask allows can be read");
      for (int b = 0; b < vocabulary.tokenLength(token); b++) {
        text.write(vocabulary.tokenByte(token, b));
      }
    }
    String answer = text.toString(StandardCharsets.UTF_8);
    assertTrue(state.canEnd(), () -> "cut off: " + answer);
    return answer;
  }

  @Test
  void aMaskAllowsExactlyTheTokensThatCanBeRead() throws Exception {
    ConstraintCompiler compiler = new ConstraintCompiler(TokenTrie.of(TiktokenVocabularies.gpt2()));
    Random random = new Random(5);
    for (Corpus.Entry entry : Corpus.enforceable()) {
      ConstraintState state = compiler.jsonSchema(entry.schema(), JsonOptions.DEFAULT).start();
      for (int step = 0; step < 3 && !state.mustEnd(); step++) {
        TokenMask mask = state.mask();
        int allowed = 0;
        for (int token = 0; token < mask.vocabularySize(); token++) {
          boolean reads = state.copy().advance(token);
          allowed += reads ? 1 : 0;
          int id = token;
          assertEquals(reads, mask.allows(token), () -> entry + ": token " + id);
        }
        assertEquals(allowed, mask.count());
        int next = mask.nextAllowed(random.nextInt(mask.vocabularySize()));
        state.advance(next < 0 ? mask.nextAllowed(0) : next);
      }
    }
  }
}
