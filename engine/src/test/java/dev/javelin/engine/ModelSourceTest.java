package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.javelin.engine.sampling.SamplingParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where models come from, what is said about it, and that nothing stays when they are closed. */
class ModelSourceTest {
  private static final EngineOptions SMALL =
      EngineOptions.defaults().withThreads(1).withContextLength(256).withMaxSequences(2);
  private static final Path MAPS = Path.of("/proc/self/maps");

  @TempDir private Path folder;

  @Test
  void aNameMeansWhatIsThere() throws IOException {
    Path demo = Files.copy(DemoModel.file(), folder.resolve("any name"));
    assertEquals(new ModelSource.Gguf(demo), ModelSource.of(demo.toString()));
    assertEquals(new ModelSource.Gguf(demo), ModelSource.of(folder));
    assertEquals(new ModelSource.Embedded(), ModelSource.of("demo"));
    ModelSource.Server server =
        assertInstanceOf(
            ModelSource.Server.class, ModelSource.of("http://127.0.0.1:1/v1/#a model"));
    assertEquals("http://127.0.0.1:1/v1", server.address().toString());
    assertEquals("a model", server.model().orElseThrow());
    assertFalse(server.withKey("secret").toString().contains("secret"));
    assertThrows(InvalidRequest.class, () -> ModelSource.of("http://user:word@host/v1"));
    Files.copy(demo, folder.resolve("second.gguf"));
    refused(ModelInvalid.class, folder.toString(), "has 2 models, name one: any name, second.gguf");
    refused(
        ModelInvalid.class,
        Files.createDirectory(folder.resolve("empty")).toString(),
        "config.json");
    refused(ModelNotFound.class, folder.resolve("none").toString(), "none: no such file");
    Path config = Files.writeString(folder.resolve("config.json"), "{}");
    refused(ModelInvalid.class, config.toString(), "is one file of a Hugging Face folder");
    Path text = Files.writeString(folder.resolve("text"), "no model");
    refused(ModelInvalid.class, text.toString(), "starts with the bytes");
  }

  private static void refused(Class<? extends EngineException> type, String name, String part) {
    EngineException e = assertThrows(type, () -> GenerativeModel.open(name).close());
    assertTrue(e.getMessage().contains(part), e::getMessage);
  }

  @Test
  void theFirstThatCanBeUsedIsAndTheOthersAreNamed() {
    List<String> skipped = new ArrayList<>();
    List<String> names = ModelSource.names("no-such-file,http://127.0.0.1:1/v1,demo");
    try (GenerativeModel model =
        ModelSource.openFirst(names, s -> GenerativeModel.open(s, SMALL), skipped::add)) {
      assertEquals(new ModelSource.Embedded(), model.source());
      assertTrue(model.description().startsWith("embedded demo model: gpt-oss, "));
    }
    assertEquals(2, skipped.size());
    assertEquals("no-such-file: no such file; trying the next", skipped.getFirst());
    assertTrue(skipped.getLast().contains("http://127.0.0.1:1/v1: cannot be reached"));
    var all =
        assertThrows(
            ModelNotFound.class,
            () ->
                ModelSource.openFirst(
                    List.of("no-such-file", "nor-this"),
                    s -> GenerativeModel.open(s, SMALL),
                    reason -> {}));
    assertTrue(all.getMessage().startsWith("none of 2 models can be used: no-such-file: no"));
  }

  @Test
  void aPathWithCommasThatExistsIsOneName() throws IOException {
    String name = Files.createFile(folder.resolve("a,b.gguf")).toString();
    assertEquals(List.of(name), ModelSource.names(name));
  }

  @Test
  void aModelInPartsAnswersAsTheWholeDoes() throws IOException {
    SplitModel.write(DemoModel.file(), folder, 3);
    try (LanguageModel whole = LanguageModel.openDemo(SMALL);
        LanguageModel parts = LanguageModel.open(folder.resolve("m-00002-of-00003.gguf"), SMALL)) {
      assertArrayEquals(answer(whole).ids(), answer(parts).ids());
      assertEquals(whole.info().parameterCount(), parts.info().parameterCount());
    }
  }

  @Test
  void opensOfOneFileShareItsMappingAndClosingLeavesNothing() throws Exception {
    assumeTrue(Files.exists(MAPS), "this system has no /proc/self/maps");
    Path file = Files.copy(DemoModel.file(), folder.resolve("m.gguf"));
    Set<Thread> others = Thread.getAllStackTraces().keySet();
    LanguageModel first = LanguageModel.open(file, SMALL);
    LanguageModel second = LanguageModel.open(file, SMALL);
    assertEquals(1, mappings(file));
    answer(first);
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeAll(others);
    assertTrue(threads.stream().anyMatch(t -> t.getName().startsWith("javelin-engine")));
    first.close();
    assertEquals(1, mappings(file));
    answer(second);
    second.close();
    assertEquals(0, mappings(file));
    for (Thread thread : threads) {
      if (thread.getName().startsWith("javelin")) {
        thread.join(1000);
        assertFalse(thread.isAlive(), thread.getName());
      }
    }
    assertThrows(ModelNotReady.class, () -> answer(second));
  }

  @Test
  void closingGivesThePoolsMemoryBack() throws IOException {
    assumeTrue(Files.exists(MAPS), "this system has no /proc");
    long pool = 512L << 20; // filled with zeros, so all of it is resident
    LanguageModel model = LanguageModel.openDemo(SMALL.withKvBudgetBytes(pool));
    assertTrue(model.info().kvBytes() > pool * 0.9, "pool of " + model.info().kvBytes());
    answer(model);
    long open = residentBytes();
    model.close();
    long freed = open - residentBytes();
    assertTrue(freed > pool * 0.75, "freed " + freed + " of " + pool);
  }

  @Test
  void severalModelsLoadAtTheSameTime() throws InterruptedException, ExecutionException {
    List<String> names = new ArrayList<>(List.of("demo", "demo"));
    for (String golden : List.of("llama-q-q8_0", "qwen2-tiny-f32", "gpt2-tiny-f32")) {
      Shared.find("golden/models/" + golden + ".gguf").ifPresent(p -> names.add(p.toString()));
    }
    int[] alone;
    try (LanguageModel model = LanguageModel.openDemo(SMALL)) {
      alone = answer(model).ids();
    }
    try (var threads = Executors.newFixedThreadPool(names.size())) {
      List<Future<int[]>> answers = new ArrayList<>();
      for (String name : names) {
        answers.add(
            threads.submit(
                () -> {
                  try (GenerativeModel model = GenerativeModel.open(ModelSource.of(name), SMALL)) {
                    return answer(model).ids();
                  }
                }));
      }
      assertArrayEquals(alone, answers.get(0).get());
      assertArrayEquals(alone, answers.get(1).get());
      for (Future<int[]> other : answers) {
        assertTrue(other.get().length > 0);
      }
    }
  }

  private static GenerationResult answer(GenerativeModel model) {
    Prompt prompt = new Prompt.Text("What is 17 + 25?", false);
    return model.generate(
        GenerationRequest.builder(prompt)
            .sampling(SamplingParameters.GREEDY)
            .maxTokens(12)
            .ignoreEnd(true)
            .build());
  }

  private static long mappings(Path file) throws IOException {
    String end = file.toRealPath().toString();
    return Files.readAllLines(MAPS).stream().filter(line -> line.endsWith(end)).count();
  }

  private static long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
