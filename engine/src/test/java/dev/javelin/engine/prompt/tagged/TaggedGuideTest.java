package dev.javelin.engine.prompt.tagged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.ConstraintCompiler;
import dev.javelin.engine.constrain.JsonOptions;
import dev.javelin.engine.constrain.TokenTrie;
import dev.javelin.engine.prompt.AnswerGuide;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.prompt.ByteTokenizer;
import dev.javelin.engine.prompt.RecordingSink;
import dev.javelin.engine.prompt.tagged.TaggedGuides.Thinking;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A model that says anything at random, but likes tags, held by a guide. */
class TaggedGuideTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BUDGET = 400;
  private static final String[] TAGS = {"<think>", "</think>", "<tool_call>", "</tool_call>"};

  /** Vocabularies with the tags as tokens, and without. */
  private static final List<ByteTokenizer> TOKENIZERS =
      List.of(
          new ByteTokenizer("<|im_end|>"),
          new ByteTokenizer("<|im_end|>", "<think>", "</think>", "<tool_call>", "</tool_call>"));

  /** What a run gave. */
  private record Outcome(RecordingSink sink, boolean complete, boolean stopped) {}

  private static AnswerRules rules(
      ByteTokenizer tokenizer, boolean text, boolean parallel, String... names) throws Exception {
    ConstraintCompiler compiler = new ConstraintCompiler(TokenTrie.of(tokenizer));
    List<AnswerRules.Call> calls = new ArrayList<>();
    for (String name : names) {
      JsonNode schema =
          JSON.readTree(
              "{\"type\":\"object\",\"properties\":{\""
                  + name
                  + "_id\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":99},\"note\":{\"type\":\"string\"}},\"required\":[\""
                  + name
                  + "_id\"],\"additionalProperties\":false}");
      calls.add(new AnswerRules.Call(name, compiler.jsonSchema(schema, JsonOptions.DEFAULT)));
    }
    return new AnswerRules(text, Optional.empty(), calls, parallel);
  }

  private static Outcome run(
      ByteTokenizer tokenizer, AnswerRules rules, Thinking thinking, long seed) {
    AnswerGuide guide = new TaggedGuides(tokenizer).of(rules, thinking);
    TaggedAnswerParser parser =
        new TaggedAnswerParser(tokenizer, thinking == Thinking.OPENED, !rules.calls().isEmpty());
    RecordingSink sink = new RecordingSink();
    Random random = new Random(seed);
    int[] wish = {}; // a tag that is being spelled
    int spelled = 0;
    for (int budget = BUDGET; budget > 0; budget--) {
      float[] logits = new float[tokenizer.vocabularySize()];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = random.nextFloat();
      }
      if (spelled == wish.length && random.nextInt(12) == 0) {
        wish = tokenizer.encode(TAGS[random.nextInt(TAGS.length)], true);
        spelled = 0;
      }
      if (spelled < wish.length) {
        logits[wish[spelled++]] += 2;
      }
      OptionalInt certain = guide.certain(budget);
      int[] likely = guide.likely(budget, 5);
      guide.restrict(logits, 0, budget);
      int token = argmax(logits);
      if (certain.isPresent()) {
        assertEquals(token, certain.getAsInt());
        assertEquals(1, finite(logits));
      }
      assertTrue(likely.length == 0 || logits[likely[0]] > Float.NEGATIVE_INFINITY);
      guide.accept(token);
      parser.accept(token, sink);
      if (tokenizer.endTokens().contains(token)) {
        parser.end(sink);
        return new Outcome(sink, guide.isComplete(), true);
      }
    }
    parser.end(sink);
    return new Outcome(sink, guide.isComplete(), false);
  }

  private static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    assertTrue(logits[best] > Float.NEGATIVE_INFINITY, "something must be allowed");
    return best;
  }

  private static int finite(float[] logits) {
    int count = 0;
    for (float logit : logits) {
      count += logit > Float.NEGATIVE_INFINITY ? 1 : 0;
    }
    return count;
  }

  private static void assertValidCalls(RecordingSink sink, String... names) throws Exception {
    for (int i = 0; i < sink.callNames.size(); i++) {
      String name = sink.callNames.get(i);
      assertTrue(List.of(names).contains(name), name);
      JsonNode arguments = JSON.readTree(sink.callArguments.get(i).toString());
      JsonNode id = arguments.get(name + "_id");
      assertTrue(id.isNumber() && id.asInt() >= 0 && id.asInt() <= 99, arguments.toString());
      assertTrue(arguments.size() == 1 || arguments.get("note").isTextual());
    }
    assertEquals(List.of(), sink.malformed);
  }

  @Test
  void aCallThatIsRequiredOrNamedIsMadeAndInTime() throws Exception {
    for (ByteTokenizer tokenizer : TOKENIZERS) {
      AnswerRules required = rules(tokenizer, false, true, "first", "second");
      AnswerRules named = rules(tokenizer, false, false, "second");
      for (int seed = 0; seed < 45; seed++) {
        Thinking thinking = Thinking.values()[seed % 3];
        Outcome any = run(tokenizer, required, thinking, seed);
        assertTrue(any.complete() && any.stopped(), any.sink().toString());
        assertFalse(any.sink().callNames.isEmpty());
        assertEquals("", any.sink().content.toString());
        assertValidCalls(any.sink(), "first", "second");
        Outcome one = run(tokenizer, named, thinking, seed);
        assertTrue(one.complete() && one.stopped(), one.sink().toString());
        assertEquals(List.of("second"), one.sink().callNames);
        assertValidCalls(one.sink(), "second");
      }
    }
  }

  @Test
  void aModelThatMayCallDoesSoProperlyOrNotAtAll() throws Exception {
    int called = 0;
    int several = 0;
    int thought = 0;
    for (ByteTokenizer tokenizer : TOKENIZERS) {
      AnswerRules auto = rules(tokenizer, true, true, "first", "second");
      AnswerRules single = rules(tokenizer, true, false, "first");
      for (int seed = 0; seed < 90; seed++) {
        Thinking thinking = Thinking.values()[seed % 3];
        Outcome outcome = run(tokenizer, auto, thinking, seed);
        assertValidCalls(outcome.sink(), "first", "second");
        assertTrue(outcome.complete());
        called += outcome.sink().callNames.isEmpty() ? 0 : 1;
        several += outcome.sink().callNames.size() > 1 ? 1 : 0;
        thought += outcome.sink().reasoning.isEmpty() ? 0 : 1;
        Outcome one = run(tokenizer, single, thinking, seed);
        assertTrue(one.sink().callNames.size() <= 1);
        assertValidCalls(one.sink(), "first");
      }
    }
    assertTrue(called > 20 && several > 4 && thought > 20, called + " " + several + " " + thought);
  }

  @Test
  void aConstrainedTextMayBeACallInstead() throws Exception {
    ByteTokenizer tokenizer = TOKENIZERS.getLast();
    AnswerRules calls = rules(tokenizer, true, true, "first");
    Constraint text = calls.calls().getFirst().arguments().compiler().regex("[a-c]{3}");
    AnswerRules both = new AnswerRules(true, Optional.of(text), calls.calls(), true);
    int called = 0;
    for (int seed = 0; seed < 60; seed++) {
      Outcome outcome = run(tokenizer, both, Thinking.values()[seed % 3], seed);
      assertTrue(outcome.complete() && outcome.stopped());
      assertValidCalls(outcome.sink(), "first");
      boolean calling = !outcome.sink().callNames.isEmpty();
      called += calling ? 1 : 0;
      assertTrue(outcome.sink().content.toString().matches(calling ? "" : "[a-c]{3}"));
    }
    assertTrue(called > 3 && called < 57, "calls: " + called);
  }

  @Test
  void aThoughtOfThePromptEndsBeforeAConstrainedText() throws Exception {
    ByteTokenizer tokenizer = TOKENIZERS.getFirst();
    ConstraintCompiler compiler = new ConstraintCompiler(TokenTrie.of(tokenizer));
    AnswerRules rules = AnswerRules.constrained(compiler.regex("[0-9]{5}"));
    for (int seed = 0; seed < 20; seed++) {
      Outcome outcome = run(tokenizer, rules, Thinking.OPENED, seed);
      assertTrue(outcome.complete() && outcome.stopped());
      assertTrue(outcome.sink().content.toString().matches("[0-9]{5}"), outcome.sink().toString());
      Outcome plain = run(tokenizer, rules, Thinking.POSSIBLE, seed);
      assertEquals("", plain.sink().reasoning.toString());
    }
  }
}
