package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The library in a program of the simplest kind: jars on the class path, no flags. Each run is a
 * JVM of its own.
 */
public class PlainClassPathTest {
  private static final String SCALAR_FLAG = "--add-modules jdk.incubator.vector";

  @TempDir Path folder;

  record Outcome(int exit, String out, String err) {}

  /** What the other JVM runs. */
  public static final class Program {
    private Program() {}

    public static void main(String[] args) {
      try (LanguageModel model =
          LanguageModel.openDemo(EngineOptions.defaults().withMaxSequences(1))) {
        System.out.println(
            model.generate(GenerationRequest.chat("What is 17 + 25?").build()).text());
        System.out.println("vector bits " + model.info().vectorBits());
      }
    }
  }

  @Test
  void answersInScalarFormWithoutFlagsAndNamesTheFlag() throws Exception {
    Outcome outcome = run(List.of());
    assertEquals(0, outcome.exit(), outcome.err());
    assertTrue(outcome.out().contains("42"), outcome.out());
    assertTrue(outcome.out().contains("vector bits 0"), outcome.out());
    assertEquals(1, outcome.err().split(SCALAR_FLAG, -1).length - 1, outcome.err());
    assertFalse(outcome.err().contains("restricted method"), outcome.err());
  }

  @Test
  void usesVectorsWithTheFlagAndNoRestrictedCallWithoutNativeAccess() throws Exception {
    Outcome outcome = run(List.of("--add-modules", "jdk.incubator.vector"));
    assertEquals(0, outcome.exit(), outcome.err());
    assertTrue(outcome.out().contains("42"), outcome.out());
    assertFalse(outcome.out().contains("vector bits 0"), outcome.out());
    assertTrue(outcome.err().contains("--enable-native-access"), outcome.err());
    assertFalse(outcome.err().contains("restricted method"), outcome.err());
  }

  @Test
  void hasNothingToSayWithBothFlags() throws Exception {
    Outcome outcome =
        run(List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
    assertEquals(0, outcome.exit(), outcome.err());
    assertTrue(outcome.out().contains("42"), outcome.out());
    assertEquals("WARNING: Using incubator modules: jdk.incubator.vector", outcome.err().strip());
  }

  private Outcome run(List<String> flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath(), Program.class.getName()));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertTrue(process.waitFor(100, TimeUnit.SECONDS), "the program did not end");
    return new Outcome(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  /** Everything this test runs with, from the class path or the module path. */
  public static String classPath() {
    List<String> entries = new ArrayList<>();
    for (String property :
        List.of("jdk.module.path", "java.class.path", "surefire.test.class.path")) {
      String value = System.getProperty(property, "");
      if (!value.isEmpty()) {
        entries.addAll(List.of(value.split(File.pathSeparator)));
      }
    }
    entries.add(location(LanguageModel.class));
    entries.add(location(PlainClassPathTest.class));
    return String.join(File.pathSeparator, entries.stream().distinct().toList());
  }

  private static String location(Class<?> type) {
    return Path.of("target", type == LanguageModel.class ? "classes" : "test-classes")
        .toAbsolutePath()
        .toString();
  }
}
