package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Looks into the finished jars, and starts the executable one as a user would. */
@Tag("distribution")
class DistributionTest {
  private static final Path TARGET = Run.HOME.resolve("cli/target");
  private static final Path ONE_JAR = TARGET.resolve("javelin.jar");
  private static final Pattern NATIVE = Pattern.compile(".*\\.(so(\\.[0-9.]+)?|dylib|dll|jnilib)");

  @Test
  void holdsNoNativeLibraryInAnyJar() throws IOException {
    var natives = new ArrayList<String>();
    for (var jar : jars()) {
      try (var file = new JarFile(jar.toFile())) {
        file.stream()
            .filter(entry -> NATIVE.matcher(entry.getName().toLowerCase()).matches())
            .forEach(entry -> natives.add(jar.getFileName() + "!" + entry.getName()));
      }
    }
    assertEquals(List.of(), natives);
  }

  @Test
  void keepsEveryModuleOnTheModulePath() throws IOException {
    var names = jars().stream().map(jar -> jar.getFileName().toString()).toList();
    for (var room : List.of("tensor", "gguf", "kvcache", "engine", "server", "cli")) {
      assertTrue(
          names.stream().anyMatch(name -> name.startsWith("javelin-" + room)),
          room + " in " + names);
    }
  }

  @Test
  void keepsTheLicencesOfWhatTheOneJarHolds() throws IOException {
    try (var file = new JarFile(ONE_JAR.toFile())) {
      assertTrue(
          file.getEntry("META-INF/LICENSE") != null
              || file.getEntry("META-INF/LICENSE.txt") != null);
      assertEquals(
          0, file.stream().filter(entry -> entry.getName().endsWith("module-info.class")).count());
    }
  }

  @Test
  void startsTheOneJarWithoutAFlagAndWithoutAWarning() throws Exception {
    var run =
        Run.of(Run.JDK.resolve("bin/java").toString(), "-jar", ONE_JAR.toString(), "--version");
    assertEquals("", run.err());
    assertEquals(0, run.exitCode());
    assertEquals(
        "javelin " + System.getProperty("javelin.version"),
        run.out().lines().findFirst().orElseThrow());
  }

  @Test
  void usesTheSameKernelsFromTheOneJarAsFromTheModulePath() throws Exception {
    var oneJar =
        Run.of(Run.JDK.resolve("bin/java").toString(), "-jar", ONE_JAR.toString(), "--version");
    var launcher = Run.of(Run.HOME.resolve("javelin").toString(), "--version");
    assertEquals(launcher.out(), oneJar.out());
    assertTrue(oneJar.out().contains("-bit vectors"), oneJar.out());
  }

  @Test
  void answersFromTheOneJarAndSaysNothingElse() throws Exception {
    assertAnswers(List.of("javelin: no -m FILE given", "[prefill"), "-jar", ONE_JAR.toString());
  }

  @Test
  void answersInScalarFormOnAPlainClassPathOrModulePathAndNamesTheFlag() throws Exception {
    var lib = TARGET.resolve("javelin/lib").toString();
    var said =
        List.of(
            "javelin: no -m FILE given", "javelin: the Vector API's module is missing", "[prefill");
    assertAnswers(said, "-cp", lib + "/*", "dev.javelin.cli.JavelinCli");
    assertAnswers(said, "-p", lib, "-cp", lib + "/classpath/*", "-m", "dev.javelin.cli");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // has no SIGTERM
  void aServerThatIsToldToStopEndsWellAfterItsAnswers() throws Exception {
    var server =
        new ProcessBuilder(Run.HOME.resolve("javelin").toString(), "serve", "--port", "0")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var out = server.inputReader()) {
      var url = URI.create(out.readLine()).resolve("/stream").toURL();
      var connection = (HttpURLConnection) url.openConnection();
      connection.setDoOutput(true);
      try (var body = connection.getOutputStream()) {
        body.write(
            "{\"prompt\":\"Once\",\"raw\":true,\"ignore_eos\":true,\"max_tokens\":400}"
                .getBytes(StandardCharsets.UTF_8));
      }
      var stream = connection.getInputStream();
      server.destroy();
      var answer = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.contains("event: done"), answer);
      assertTrue(server.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, server.exitValue());
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void aServerThatCannotOpenItsModelFails() throws Exception {
    var run =
        Run.of(Run.HOME.resolve("javelin").toString(), "serve", "--port", "0", "-m", "/nowhere");
    assertEquals(1, run.exitCode());
    assertEquals("", run.out());
    assertTrue(run.err().endsWith("javelin: /nowhere: no such file\n"), run.err());
  }

  private static void assertAnswers(List<String> said, String... start) throws Exception {
    var command = new ArrayList<>(List.of(Run.JDK.resolve("bin/java").toString()));
    command.addAll(List.of(start));
    command.addAll(List.of("generate", "What is 17 + 25?"));
    var run = Run.of(command.toArray(String[]::new));
    assertEquals(0, run.exitCode(), run.err());
    assertEquals("17 + 25 = 42.\n", run.out());
    var lines = run.err().lines().toList();
    assertEquals(said.size(), lines.size(), run.err());
    for (int i = 0; i < said.size(); i++) {
      assertTrue(lines.get(i).startsWith(said.get(i)), run.err());
    }
    assertEquals(said.size() == 3, run.err().contains("--add-modules jdk.incubator.vector"));
  }

  private static List<Path> jars() throws IOException {
    var jars = new ArrayList<Path>(List.of(ONE_JAR));
    try (var lib = Files.newDirectoryStream(TARGET.resolve("javelin/lib"), "*.jar")) {
      lib.forEach(jars::add);
    }
    return jars;
  }
}
