package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.tensor.ops.KvType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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
  @TempDir Path folder;

  private static SamplingParameters wild(long seed) {
    return SamplingParameters.defaults().withTemperature(2).withTopK(0).withTopP(1).withSeed(seed);
  }

  private static GenerationRequest.Builder request(Prompt prompt) {
    return GenerationRequest.builder(prompt).sampling(wild(7)).maxTokens(150);
  }

  /** Lets it write a little. */
  private static SavedGeneration stopped(LanguageModel model, GenerationRequest request)
      throws InterruptedException {
    Generation running = model.submit(request);
    for (int pieces = 0; pieces < 3; ) {
      GenerationEvent event = running.next();
      assertTrue(!(event instanceof GenerationEvent.Finished), "ended too early to be stopped");
      pieces += event instanceof GenerationEvent.Prefilled ? 0 : 1;
    }
    return model.suspend(running).orElseThrow();
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
