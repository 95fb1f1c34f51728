package dev.javelin.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.javelin.engine.EngineOptions;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.Message;
import dev.javelin.engine.Recorder;
import dev.javelin.engine.RecordingMissed;
import dev.javelin.engine.TextModel;
import dev.javelin.engine.sampling.SamplingParameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs a suite that uses the extension: to record, to replay, and where it must fail. */
class RecordedModelTest {
  private static final String FOLDER = "javelin.test.recordings";
  private static final String QUESTION = "javelin.test.question";

  @TempDir Path folder;

  /** The suite; only run by the tests below. */
  @Tag("inner")
  static class Suite {
    @RegisterExtension
    static final RecordedModel MODEL =
        RecordedModel.demo()
            .with(EngineOptions.defaults().withThreads(2))
            .in(Path.of(System.getProperty(FOLDER, "target")));

    private static final List<String> SAID = new ArrayList<>();

    /** A form that answers can have. */
    record Sum(int left, int right) {}

    @ParameterizedTest
    @ValueSource(strings = {"What is 17 + 25?", "Hello!", "My name is Tom."})
    void answersQuestions(String question, TextModel model) {
      GenerationResult result = model.generate(GenerationRequest.chat(question).build());
      assertTrue(result.obeysRules());
      SAID.add(result.text());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void drawsBySeed(long seed, TextModel model) {
      StringBuilder text = new StringBuilder();
      GenerationResult result =
          model.generate(
              GenerationRequest.text("The")
                  .sampling(SamplingParameters.defaults().withSeed(seed))
                  .ignoreEnd(true)
                  .maxTokens(120)
                  .build(),
              event -> text.append(event));
      assertFalse(text.isEmpty());
      SAID.add(result.text());
    }

    @Test
    void fillsRecords() {
      SAID.add(
          MODEL
              .generate(
                  GenerationRequest.chat(System.getProperty(QUESTION, "Add 1 and 2."))
                      .maxTokens(80)
                      .build(),
                  Sum.class)
              .toString());
    }
  }

  private record Run(TestExecutionSummary summary, List<String> said, long nanos) {}

  private Run runSuite() {
    System.setProperty(FOLDER, folder.toString());
    Suite.SAID.clear();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    long start = System.nanoTime();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(Suite.class)).build(),
            listener);
    long nanos = System.nanoTime() - start;
    return new Run(listener.getSummary(), List.copyOf(Suite.SAID), nanos);
  }

  @Test
  void replaysTheSameSuiteAtLeastTwentyTimesFaster() throws IOException {
    Run recorded = runSuite();
    assertEquals(7, recorded.summary().getTestsSucceededCount(), failures(recorded));
    Run replayed = runSuite();
    assertEquals(7, replayed.summary().getTestsSucceededCount(), failures(replayed));
    assertEquals(recorded.said(), replayed.said());
    long best = Math.min(replayed.nanos(), runSuite().nanos());
    double faster = (double) recorded.nanos() / best;
    report(
        String.format(
            "%.0fx: %.0f ms recording, %.1f ms replaying",
            faster, recorded.nanos() / 1e6, best / 1e6));
    assertTrue(faster >= 20, recorded.nanos() + " ns recording, " + best + " ns replaying");
  }

  private static void report(String figure) throws IOException {
    Path file = Files.createDirectories(Path.of("target", "acceptance")).resolve("junit.md");
    Files.writeString(
        file,
        "| a suite replayed instead of recorded | " + figure + " | 20x faster |\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static String failures(Run run) {
    return run.summary().getFailures().stream()
        .map(failure -> failure.getException().toString())
        .toList()
        .toString();
  }

  @Test
  void anotherQuestionFailsTheTestAndTheSwitchRecordsItAnew() {
    runSuite();
    System.setProperty(QUESTION, "Add 3 and 4.");
    try {
      Run missed = runSuite();
      assertEquals(1, missed.summary().getTestsFailedCount());
      assertTrue(
          missed.summary().getFailures().getFirst().getException() instanceof RecordingMissed,
          failures(missed));
      System.setProperty(Recorder.SWITCH, "refresh");
      assertEquals("[]", failures(runSuite()));
      System.clearProperty(Recorder.SWITCH);
      assertEquals("[]", failures(runSuite()));
    } finally {
      System.clearProperty(QUESTION);
      System.clearProperty(Recorder.SWITCH);
    }
  }

  @Test
  void saysWhatIsWrongOutsideOfTests() {
    RecordedModel model = RecordedModel.demo();
    GenerationRequest request = GenerationRequest.chat(Message.user("Hi").content()).build();
    assertThrows(IllegalStateException.class, () -> model.submit(request));
  }
}
