package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.tensor.ops.KvType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations that go on from saved keys and values, in memory and through files. */
class AgentBlocksTest {
  private static final String FIRST = "Remember the word rice. ";
  private static final String SECOND = "I live in Porto. ";

  @TempDir Path folder;

  private static LanguageModel open(KvType kvType) {
    return LanguageModel.openDemo(
        EngineOptions.defaults()
            .withThreads(2)
            .withContextLength(512)
            .withMaxSequences(4)
            .withKvType(kvType));
  }

  private static GenerationRequest.Builder text(String text, String salt) {
    return GenerationRequest.text(text)
        .sampling(SamplingParameters.GREEDY)
        .maxTokens(30)
        .ignoreEnd(true)
        .cacheSalt(salt);
  }

  private static GenerationResult first(LanguageModel model) {
    return model.generate(text(FIRST, "first").keepBlocks(true).build());
  }

  /** The second part, computed with everything before it from the beginning. */
  private static int[] wholeAgain(LanguageModel model, AgentBlocks past) {
    int[] next = model.promptIds(new Prompt.Text(SECOND, false));
    int[] all = Arrays.copyOf(past.ids(), past.ids().length + next.length);
    System.arraycopy(next, 0, all, past.ids().length, next.length);
    return model
        .generate(
            GenerationRequest.ids(all)
                .sampling(SamplingParameters.GREEDY)
                .maxTokens(30)
                .ignoreEnd(true)
                .cacheSalt("anew")
                .build())
        .ids();
  }

  @Test
  void goesOnWithTheNewTextAlone() {
    try (LanguageModel model = open(KvType.F32);
        AgentBlocks past = first(model).blocks().orElseThrow()) {
      GenerationResult second = model.generate(text(SECOND, "second").past(past).build());
      assertEquals(past.length(), second.usage().cachedTokens());
      assertEquals(past.ids().length - 1, past.length());
      assertArrayEquals(wholeAgain(model, past), second.ids());
    }
  }

  @Test
  void goesOnInAnotherProcessFromAFile() throws IOException {
    Path file = folder.resolve("agent");
    int[] wanted;
    try (LanguageModel model = open(KvType.F16);
        AgentBlocks past = first(model).blocks().orElseThrow()) {
      past.save(file, Optional.empty());
      wanted = model.generate(text(SECOND, "second").past(past).build()).ids();
    }
    try (LanguageModel model = open(KvType.F16);
        AgentBlocks past = model.restore(file, Optional.empty())) {
      GenerationResult second = model.generate(text(SECOND, "second").past(past).build());
      assertEquals(past.length(), second.usage().cachedTokens());
      assertArrayEquals(wanted, second.ids());
    }
  }

  @Test
  void savingWhatWasRestoredGivesTheSameFile() throws IOException {
    Path file = folder.resolve("agent");
    Path again = folder.resolve("again");
    for (KvType type : KvType.values()) {
      try (LanguageModel model = open(type)) {
        try (AgentBlocks past = first(model).blocks().orElseThrow()) {
          past.save(file, Optional.empty());
        }
        try (AgentBlocks restored = model.restore(file, Optional.empty())) {
          restored.save(again, Optional.empty());
        }
      }
      assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again), type.name());
    }
  }

  @Test
  void whatIsRestoredIsFoundThroughItsHandleAlone() throws IOException {
    Path file = folder.resolve("agent");
    String secret = FIRST.repeat(8);
    try (LanguageModel model = open(KvType.F16);
        AgentBlocks past =
            model
                .generate(text(secret, "tenant A").keepBlocks(true).build())
                .blocks()
                .orElseThrow()) {
      past.save(file, Optional.empty());
    }
    try (LanguageModel model = open(KvType.F16)) {
      AgentBlocks past = model.restore(file, Optional.empty());
      GenerationResult more =
          model.generate(text(SECOND, "tenant A").past(past).keepBlocks(true).build());
      assertEquals(past.length(), more.usage().cachedTokens());
      AgentBlocks after = more.blocks().orElseThrow();
      int[] all = after.ids();
      after.close();
      past.close();
      GenerationRequest strangers = GenerationRequest.ids(all).maxTokens(1).build();
      assertEquals(0, model.generate(strangers).usage().cachedTokens());
    }
  }

  @Test
  void aFileMayHoldAsManyTokensAsTheModelWasOpenedFor() throws IOException {
    Path file = folder.resolve("agent");
    EngineOptions longer = EngineOptions.defaults().withThreads(2);
    try (LanguageModel model = LanguageModel.openDemo(longer.withContextLength(1800))) {
      assertTrue(model.info().trainedContextLength() < 1800);
      GenerationRequest full =
          GenerationRequest.ids(new int[1790]).ignoreEnd(true).keepBlocks(true).build();
      try (AgentBlocks past = model.generate(full).blocks().orElseThrow()) {
        assertEquals(1800, past.ids().length);
        past.save(file, Optional.empty());
      }
      model.restore(file, Optional.empty()).close();
    }
    try (LanguageModel model = LanguageModel.openDemo(longer.withContextLength(1799))) {
      CheckpointInvalid refused =
          assertThrows(CheckpointInvalid.class, () -> model.restore(file, Optional.empty()));
      assertTrue(refused.getMessage().contains("1800"), refused.getMessage());
    }
  }

  @Test
  void anEncryptedFileNeedsItsKey() throws IOException {
    Path file = folder.resolve("agent");
    SecretKey key = new SecretKeySpec(new byte[32], "AES");
    byte[] other = new byte[32];
    other[31] = 1;
    try (LanguageModel model = open(KvType.F16)) {
      int[] ids;
      try (AgentBlocks past = first(model).blocks().orElseThrow()) {
        past.save(file, Optional.of(key));
        ids = past.ids();
      }
      assertThrows(CheckpointInvalid.class, () -> model.restore(file, Optional.empty()));
      assertThrows(
          CheckpointInvalid.class,
          () -> model.restore(file, Optional.of(new SecretKeySpec(other, "AES"))));
      try (AgentBlocks restored = model.restore(file, Optional.of(key))) {
        assertArrayEquals(ids, restored.ids());
      }
    }
  }

  @Test
  void refusesEveryDamagedAndEveryCutFile() throws IOException {
    Path file = folder.resolve("agent");
    Random random = new Random(3);
    try (LanguageModel model = open(KvType.F16)) {
      try (AgentBlocks past = first(model).blocks().orElseThrow()) {
        past.save(file, Optional.empty());
      }
      model.generate(text("Hello", "").build());
      long free = model.counters().cache().freeBlocks();
      byte[] good = Files.readAllBytes(file);
      Path bad = folder.resolve("bad");
      for (int i = 0; i < 60; i++) {
        byte[] bytes = good.clone();
        bytes[i < 30 ? i : random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(bad, bytes);
        assertThrows(CheckpointInvalid.class, () -> model.restore(bad, Optional.empty()));
        Files.write(bad, Arrays.copyOf(good, random.nextInt(good.length)));
        assertThrows(CheckpointInvalid.class, () -> model.restore(bad, Optional.empty()));
      }
      model.generate(text("Hello", "").build());
      assertEquals(free, model.counters().cache().freeBlocks());
    }
  }

  @Test
  void refusesAFileOfAnotherLayoutAndSaysSo() throws IOException {
    Path file = folder.resolve("agent");
    try (LanguageModel model = open(KvType.F16);
        AgentBlocks past = first(model).blocks().orElseThrow()) {
      past.save(file, Optional.empty());
    }
    try (LanguageModel model = open(KvType.Q8_0)) {
      CheckpointInvalid refused =
          assertThrows(CheckpointInvalid.class, () -> model.restore(file, Optional.empty()));
      assertTrue(
          refused.getMessage().contains("F16") && refused.getMessage().contains("Q8_0"),
          refused.getMessage());
    }
  }

  @Test
  void closedHandlesGiveTheirBlocksBack() {
    try (LanguageModel model = open(KvType.F16)) {
      model.generate(text("Hello", "").build());
      long free = model.counters().cache().freeBlocks();
      AgentBlocks past = first(model).blocks().orElseThrow();
      assertTrue(model.counters().cache().freeBlocks() < free);
      past.close();
      model.generate(text("Hello", "").build());
      assertEquals(free, model.counters().cache().freeBlocks());
    }
  }

  @Test
  void closedHandlesAreNotSaved() {
    Path file = folder.resolve("agent");
    try (LanguageModel model = open(KvType.F16)) {
      AgentBlocks past = first(model).blocks().orElseThrow();
      past.close();
      assertThrows(InvalidRequest.class, () -> past.save(file, Optional.empty()));
      assertFalse(Files.exists(file));
    }
  }

  @Test
  void aChatGoesOnFromWhereItsPromptDiffers() {
    try (LanguageModel model = open(KvType.F32)) {
      Conversation asked = Conversation.of(Message.user("Remember the word rice."));
      GenerationResult answer =
          model.generate(GenerationRequest.chat(asked).keepBlocks(true).cacheSalt("a").build());
      assertFalse(answer.text().isEmpty());
      Conversation more =
          Conversation.of(
              Message.user("Remember the word rice."),
              Message.assistant(answer.text(), answer.reasoning(), answer.toolCalls()),
              Message.user("Which word?"));
      try (AgentBlocks past = answer.blocks().orElseThrow()) {
        GenerationResult warm =
            model.generate(GenerationRequest.chat(more).past(past).cacheSalt("b").build());
        GenerationResult cold = model.generate(GenerationRequest.chat(more).cacheSalt("c").build());
        assertArrayEquals(cold.ids(), warm.ids());
        assertTrue(warm.usage().cachedTokens() > 40, "reused " + warm.usage().cachedTokens());
      }
    }
  }

  @Test
  void aStoppedGenerationGoesOnAsIfNothingHadHappened() throws IOException, InterruptedException {
    GenerationRequest request =
        GenerationRequest.chat("Tell me a story.")
            .sampling(
                SamplingParameters.defaults()
                    .withTemperature(0.9f)
                    .withRepetitionPenalty(1.1f)
                    .withSeed(11))
            .maxTokens(120)
            .ignoreEnd(true)
            .build();
    Path file = folder.resolve("generation");
    GenerationResult undisturbed;
    try (LanguageModel model = open(KvType.F32)) {
      undisturbed = model.generate(request);
      Generation running = model.submit(request);
      for (int texts = 0; texts < 5; ) {
        texts += running.next() instanceof GenerationEvent.Prefilled ? 0 : 1;
      }
      try (SavedGeneration saved = model.suspend(running).orElseThrow()) {
        int written = saved.ids().length - saved.promptTokens();
        assertTrue(written > 0 && written < 120, "written " + written);
        saved.save(file, Optional.empty());
        assertArrayEquals(undisturbed.ids(), model.resume(saved).await().ids());
      }
    }
    try (LanguageModel model = open(KvType.F32);
        SavedGeneration saved = model.restoreGeneration(file, Optional.empty())) {
      GenerationResult result = model.resume(saved).await();
      assertArrayEquals(undisturbed.ids(), result.ids());
      assertEquals(undisturbed.text(), result.text());
      assertEquals(undisturbed.reasoning(), result.reasoning());
    }
  }
}
