package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.constrain.ConstraintCompiler;
import dev.javelin.engine.constrain.JsonOptions;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.tensor.ops.KvType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generations that are stopped in their middle and go on from a file. */
class SavedGenerationTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults()
          .withThreads(2)
          .withContextLength(512)
          .withMaxSequences(2)
          .withKvType(KvType.F32);
  private static final String NUMBERS =
      "{\"type\":\"array\",\"items\":{\"type\":\"number\"},\"minItems\":12,\"maxItems\":14}";

  /** As Qwen3's: looks at the first message, and may open the thought for the model. */
  private static final String THINKING =
      "{% if messages[0].role == 'system' %}{{ messages[0].content }}{% endif %}"
          + "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
          + "<|im_start|>assistant\n<think>\n";

  @TempDir Path folder;

  private static SamplingParameters wild(long seed) {
    return SamplingParameters.defaults().withTemperature(2).withTopK(0).withTopP(1).withSeed(seed);
  }

  private static GenerationRequest.Builder request(Prompt prompt) {
    return GenerationRequest.builder(prompt).sampling(wild(7)).maxTokens(150);
  }

  private static Prompt chat(String question, Tool... tools) {
    return new Prompt.Chat(
        new Conversation(
            List.of(Message.user(question)), List.of(tools), ReasoningLevel.LOW, null, null, null));
  }

  /** Lets it write a little; begins again where the whole answer was there sooner. */
  private static SavedGeneration stopped(LanguageModel model, GenerationRequest request)
      throws InterruptedException {
    Optional<SavedGeneration> saved = Optional.empty();
    while (saved.isEmpty()) {
      Generation running = model.submit(request);
      for (int pieces = 0; pieces < 3; pieces++) {
        assertFalse(running.next() instanceof GenerationEvent.Finished, "too short to be stopped");
      }
      saved = model.suspend(running);
    }
    return saved.get();
  }

  private void goesOnFromAFile(LanguageModel model, GenerationRequest request)
      throws IOException, InterruptedException {
    GenerationResult undisturbed = model.generate(request);
    Path file = folder.resolve("generation");
    try (SavedGeneration saved = stopped(model, request)) {
      assertTrue(saved.ids().length - saved.promptTokens() < undisturbed.ids().length);
      saved.save(file, Optional.empty());
    }
    try (SavedGeneration saved = model.restoreGeneration(file, Optional.empty())) {
      GenerationResult result = model.resume(saved).await();
      assertArrayEquals(undisturbed.ids(), result.ids());
      assertEquals(undisturbed.text(), result.text());
      assertEquals(undisturbed.reasoning(), result.reasoning());
      assertEquals(undisturbed.toolCalls().toString(), result.toolCalls().toString());
      assertEquals(undisturbed.obeysRules(), result.obeysRules());
    }
  }

  @Test
  void theRulesGoOnFromAFile() throws Exception {
    try (LanguageModel model = LanguageModel.openDemo(OPTIONS)) {
      ConstraintCompiler compiler = model.constraints();
      List<AnswerRules> all =
          Stream.of(
                  compiler.jsonSchema(MAPPER.readTree(NUMBERS), JsonOptions.DEFAULT),
                  compiler.regex("([0-9]{3}-[a-c]+ ){8}end"),
                  compiler.gbnf("root ::= (word \" \"){12} \".\"\nword ::= [a-z]{2,9}"))
              .map(AnswerRules::constrained)
              .toList();
      for (AnswerRules rules : all) {
        goesOnFromAFile(model, request(new Prompt.Text("Numbers: ", false)).rules(rules).build());
        goesOnFromAFile(model, request(chat("Tell me about a fox.")).rules(rules).build());
      }
    }
  }

  @Test
  void theRulesOfCallsGoOnFromAFile() throws Exception {
    try (LanguageModel model = LanguageModel.openDemo(OPTIONS)) {
      Tool add =
          new Tool(
              "add",
              null,
              MAPPER.readTree(
                  "{\"type\":\"object\",\"properties\":{\"list\":"
                      + NUMBERS
                      + "},\"required\":[\"list\"]}"));
      AnswerRules rules =
          new AnswerRules(
              false,
              Optional.empty(),
              List.of(
                  new AnswerRules.Call(
                      "add",
                      model.constraints().jsonSchema(add.parameters(), JsonOptions.COMPACT))),
              false);
      goesOnFromAFile(model, request(chat("What is 17 + 25?", add)).rules(rules).build());
    }
  }

  @Test
  void aThoughtThatThePromptOpenedIsStillOne() throws Exception {
    try (LanguageModel model = LanguageModel.openDemo(OPTIONS.withChatTemplate(THINKING))) {
      GenerationRequest free = request(chat("Why?")).maxTokens(40).ignoreEnd(true).build();
      goesOnFromAFile(model, free);
      assertTrue(model.generate(free).text().isEmpty());
      AnswerRules rules =
          AnswerRules.constrained(
              model.constraints().jsonSchema(MAPPER.readTree(NUMBERS), JsonOptions.DEFAULT));
      goesOnFromAFile(model, request(chat("Why?")).rules(rules).build());
    }
  }

  @Test
  void aFileOfVersionOneIsRead() throws Exception {
    Path file = folder.resolve("generation");
    GenerationRequest request =
        request(new Prompt.Text("Numbers: ", false)).ignoreEnd(true).build();
    try (LanguageModel model = LanguageModel.openDemo(OPTIONS)) {
      GenerationResult undisturbed = model.generate(request);
      try (SavedGeneration saved = stopped(model, request)) {
        saved.save(file, Optional.empty());
      }
      byte[] bytes = Files.readAllBytes(file);
      bytes[9] = 1;
      Files.write(file, bytes);
      try (SavedGeneration saved = model.restoreGeneration(file, Optional.empty())) {
        assertArrayEquals(undisturbed.ids(), model.resume(saved).await().ids());
      }
    }
  }

  @Test
  void aDescriptionThatMakesNoSenseIsRefusedAndHoldsNoBlocks() throws Exception {
    Path file = folder.resolve("generation");
    List<Consumer<ObjectNode>> changes =
        List.of(
            json -> json.put("max_tokens", 0),
            json -> json.put("prompt_tokens", -5),
            json -> json.put("prompt_tokens", 0),
            json -> json.put("prompt_tokens", 500),
            json -> json.put("top_log_probabilities", -1),
            json -> json.putArray("stop").add(""),
            json -> json.putArray("random").add(0).add(0).add(0).add(0),
            json -> json.putArray("random").add(1),
            json -> json.withObject("sampling").put("temperature", -1),
            json -> json.withObject("sampling").withObject("logit_bias").put("word", 1),
            json -> json.remove("random").isArray());
    try (LanguageModel model = LanguageModel.openDemo(OPTIONS)) {
      try (SavedGeneration saved =
          stopped(model, request(new Prompt.Text("Numbers: ", false)).ignoreEnd(true).build())) {
        saved.save(file, Optional.empty());
        String note = AgentBlocks.readNote(file, Optional.empty());
        int open = openSequences(model);
        for (Consumer<ObjectNode> change : changes) {
          ObjectNode json = (ObjectNode) MAPPER.readTree(note);
          change.accept(json);
          saved.blocks().save(file, Optional.empty(), json.toString());
          CheckpointInvalid refused =
              assertThrows(
                  CheckpointInvalid.class,
                  () -> model.restoreGeneration(file, Optional.empty()),
                  json.toString());
          assertTrue(refused.getMessage().startsWith(file.toString()), refused.getMessage());
        }
        assertEquals(open, openSequences(model));
      }
    }
  }

  private static int openSequences(LanguageModel model) {
    model.generate(request(new Prompt.Text("Hello", false)).maxTokens(1).build());
    return model.counters().cache().openSequences();
  }
}
