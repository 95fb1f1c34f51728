package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds {@code ./javelin} to what scripts and people rely on: exit codes, streams, signals,
 * folders, messages.
 */
@Tag("distribution")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a POSIX shell script")
class LauncherTest {
  private static final String LAUNCHER = Run.HOME.resolve("javelin").toString();

  @Test
  void printsTheAnswerAloneOnStandardOutput() throws Exception {
    var run = Run.of(LAUNCHER, "--version");
    assertEquals(0, run.exitCode());
    assertEquals("", run.err());
    assertTrue(
        run.out().startsWith("javelin " + System.getProperty("javelin.version") + "\n"), run.out());
  }

  @Test
  void keepsTheJvmsWarningsOffStandardOutput() throws Exception {
    var options = "-XX:AOTCache=/nowhere";
    var run = Run.of(Map.of("JAVELIN_JVM", options), "", List.of(LAUNCHER, "tokenize", "hi"));
    assertEquals("499\n", run.out());
    assertTrue(run.err().contains("[error][aot]"), run.err());
  }

  @Test
  void passesTheExitCodeOn() throws Exception {
    assertEquals(2, Run.of(LAUNCHER, "no-such-command").exitCode());
    var missing = Run.of(LAUNCHER, "inspect", "no-such-file.gguf");
    assertEquals(1, missing.exitCode());
    assertEquals("javelin: no-such-file.gguf: no such file\n", missing.err());
    assertEquals("", missing.out());
  }

  @Test
  void worksThroughASymbolicLinkAndFromAnotherFolder(@TempDir Path folder) throws Exception {
    var link = Files.createSymbolicLink(folder.resolve("my javelin"), Path.of(LAUNCHER));
    var linkToLink = Files.createSymbolicLink(folder.resolve("again"), Path.of("my javelin"));
    assertEquals(0, Run.of(link.toString(), "--version").exitCode());
    assertEquals(0, Run.of("sh", "-c", "cd / && exec '" + linkToLink + "' --version").exitCode());
  }

  @Test
  void worksInAFolderWithSpacesAndStartsFasterTheSecondTime(@TempDir Path folder) throws Exception {
    var home = copyOfTheProgram(folder.resolve("a folder with spaces"));
    var start = home.resolve("cli/target/javelin/start.aot");
    // Two at once: one has the file made, the other runs without.
    var other = new ProcessBuilder(launcherIn(home), "--version").start();
    assertSaysTheVersion(home);
    assertEquals("", other.errorReader().readAllAsString());
    assertEquals(0, other.waitFor());
    awaitStartFile(home);

    var log = folder.resolve("classes.log");
    var option = "-Xlog:class+load:file=" + log;
    Run.of(Map.of("JAVELIN_JVM", option), "", List.of(launcherIn(home), "--version"));
    var ours =
        Files.readAllLines(log).stream()
            .filter(line -> line.contains(" dev.javelin.tensor.Hardware "))
            .toList();
    assertTrue(ours.toString().contains("shared objects file"), ours.toString());

    // Whatever is wrong with the file, nobody hears of it.
    Files.write(start, new byte[] {1, 2, 3});
    assertSaysTheVersion(home);
  }

  private static String launcherIn(Path home) {
    return home.resolve("javelin").toString();
  }

  private static void assertSaysTheVersion(Path home) throws Exception {
    var run = Run.of(launcherIn(home), "--version");
    assertEquals("", run.err());
    assertEquals(0, run.exitCode());
    assertTrue(run.out().startsWith("javelin "), run.out());
  }

  private static void awaitStartFile(Path home) throws InterruptedException {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (Files.exists(home.resolve("cli/target/javelin/start.lock"))) {
      assertTrue(System.nanoTime() < deadline, "the start file is made within a minute");
      Thread.sleep(50);
    }
  }

  @Test
  void passesArgumentsOnUnchangedWhateverTheLocale() throws Exception {
    var odd = "a  b\t$HOME `x` \"q\" 'é日本😀";
    var run =
        Run.of(
            Map.of("LC_ALL", "", "LANG", "", "LC_CTYPE", ""),
            "",
            List.of(LAUNCHER, "inspect", odd));
    assertEquals("javelin: " + odd + ": no such file\n", run.err());
  }

  @Test
  void tellsWhatToInstallWhenNoJavaIsNewEnough(@TempDir Path folder) throws Exception {
    var script = Files.readString(Path.of(LAUNCHER)).replace("needed=25", "needed=999");
    var launcher = Files.writeString(folder.resolve("javelin"), script);
    var run = Run.of("sh", launcher.toString(), "--version");
    assertEquals(1, run.exitCode());
    assertEquals("", run.out());
    assertTrue(run.err().startsWith("javelin: no Java 999 or newer found: install one"), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void refusesAJavaThatIsTooOldOrNone() throws Exception {
    var none = Run.of(Map.of("JAVELIN_JAVA", "/nowhere"), "", List.of(LAUNCHER, "--version"));
    assertEquals(1, none.exitCode());
    assertEquals("javelin: JAVELIN_JAVA=/nowhere is not a Java 25 or newer\n", none.err());
  }

  @Test
  void takesTheJavaItIsTold() throws Exception {
    for (var java : List.of(Run.JDK, Run.JDK.resolve("bin/java"))) {
      var run = Run.of(Map.of("JAVELIN_JAVA", java.toString()), "", List.of(LAUNCHER, "--version"));
      assertEquals(0, run.exitCode(), run.err());
    }
  }

  @Test
  void tellsWhatToInstallWhenItMustBuildAndThereIsNoMaven(@TempDir Path folder) throws Exception {
    var launcher =
        Files.copy(
            Path.of(LAUNCHER), folder.resolve("javelin"), StandardCopyOption.COPY_ATTRIBUTES);
    var tools = Files.createDirectory(folder.resolve("tools"));
    for (var tool :
        List.of("dirname", "readlink", "mkdir", "cat", "rm", "sleep", "mv", "sed", "head")) {
      var path = Run.of("sh", "-c", "command -v " + tool).out().strip();
      Files.createSymbolicLink(tools.resolve(tool), Path.of(path));
    }
    var run =
        Run.of(
            Map.of("PATH", tools.toString(), "JAVELIN_JAVA", Run.JDK.toString()),
            "",
            List.of(launcher.toString()));
    assertEquals(1, run.exitCode());
    assertTrue(run.err().startsWith("javelin: Maven is needed to build on first use"), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(Files.notExists(folder.resolve("target/build.lock")), "the lock is released");
  }

  @Test
  void showsWhatTheJvmSaysWhenItCannotStart() throws Exception {
    var run = Run.of(Map.of("JAVELIN_JVM", "-XX:NoSuchOption"), "", List.of(LAUNCHER, "--version"));
    assertEquals(1, run.exitCode());
    assertTrue((run.err() + run.out()).contains("NoSuchOption"), run.err());
  }

  @Test
  void endsAtOnceOnAnInterruptWithTheShellsCode() throws Exception {
    var builder = new ProcessBuilder(LAUNCHER, "tokenize", "-").redirectErrorStream(true);
    var process = builder.start();
    awaitJvm(process);
    Run.of("kill", "-INT", Long.toString(process.pid()));
    assertTrue(process.waitFor(5, TimeUnit.SECONDS), "ends within five seconds");
    assertEquals(130, process.exitValue());
  }

  @Test
  void stopsTheAnswerOnAnInterruptAndGoesOnChatting(@TempDir Path folder) throws Exception {
    // A very hot sampler rambles for as long as it may.
    var builder = new ProcessBuilder(LAUNCHER, "chat", "--temp", "20", "--seed", "1");
    builder.environment().put("JAVELIN_JVM", "-Djavelin.terminals=ioe");
    var errors = folder.resolve("err");
    var process = builder.redirectError(errors.toFile()).start();
    var in = process.outputWriter();
    var out = process.inputReader();
    in.write("Tell me a story about a fox.\n");
    in.flush();
    assertTrue(out.read() >= 0, "the answer begins");
    Run.of("kill", "-INT", Long.toString(process.pid()));
    in.write("/clear\n/set temperature 0\nWhat is 17 + 25?\n");
    in.close();
    var answers = out.readAllAsString();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertTrue(answers.endsWith("17 + 25 = 42.\n"), answers);
    assertEquals(0, process.exitValue());
    assertTrue(Files.readString(errors).contains("| interrupted]"), Files.readString(errors));
  }

  @Test
  void endsTheChatOnTheSecondInterruptInARow(@TempDir Path folder) throws Exception {
    var builder = new ProcessBuilder(LAUNCHER, "chat");
    builder.environment().put("JAVELIN_JVM", "-Djavelin.terminals=ioe");
    var errors = folder.resolve("err");
    var process = builder.redirectError(errors.toFile()).start();
    awaitText(errors, "> ");
    Run.of("kill", "-INT", Long.toString(process.pid()));
    awaitText(errors, "Ctrl-C again");
    assertTrue(process.isAlive());
    Run.of("kill", "-INT", Long.toString(process.pid()));
    assertTrue(process.waitFor(5, TimeUnit.SECONDS));
    assertEquals(130, process.exitValue());
  }

  @Test
  void knowsWhichStreamsAreATerminal() throws Exception {
    assumeTrue(
        Run.of("sh", "-c", "command -v script").exitCode() == 0,
        "script, which makes a terminal, is not installed");
    var property = "-XshowSettings:properties";
    var both = inTerminal(LAUNCHER + " --version", property);
    assertTrue(both.contains("javelin.terminals = ioe"), both);
    var piped = inTerminal(LAUNCHER + " --version | cat", property);
    assertTrue(piped.contains("javelin.terminals = ie"), piped);
    var fed = inTerminal("echo x | " + LAUNCHER + " --version 2>&1 | cat", property);
    assertTrue(fed.contains("javelin.terminals = \n"), fed);
  }

  @Test
  void compilesTheKernelsOfAModelFromAFileWithMoreThreads() throws Exception {
    List<String> doctor = List.of(LAUNCHER, "doctor", "--json");
    String option = "-XX:CICompilerCount=9";
    var fromFile = Run.of(Map.of("JAVELIN_MODEL", "model.gguf"), "", doctor);
    assertTrue(fromFile.out().contains(option), fromFile.out());
    var embedded = Run.of(Map.of("JAVELIN_MODEL", ""), "", doctor);
    assertFalse(embedded.out().contains(option), embedded.out());
  }

  @Test
  void answersTheVersionInHalfASecond() throws Exception {
    // On a busy machine everything starts late: a bare JVM, which takes 40 to 60 ms on a quiet one,
    // tells how late.
    long bare = bestOfFiveMillis(Run.JDK.resolve("bin/java").toString(), "-version");
    long ours = bestOfFiveMillis(LAUNCHER, "--version");
    assertTrue(
        ours < Math.max(500, 8 * bare),
        "best of five: " + ours + " ms, of a bare JVM: " + bare + " ms");
  }

  private static long bestOfFiveMillis(String... command) throws Exception {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      Run.of(command);
      best = Math.min(best, System.nanoTime() - start);
    }
    return best / 1_000_000;
  }

  private static String inTerminal(String command, String jvmOption) throws Exception {
    var script = List.of("script", "-qec", command, "/dev/null");
    return Run.of(Map.of("JAVELIN_JVM", jvmOption), "", script).out().replace("\r", "");
  }

  private static void awaitText(Path file, String text) throws Exception {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!Files.readString(file).contains(text)) {
      assertTrue(System.nanoTime() < deadline, () -> "no '" + text + "' in " + file);
      Thread.sleep(20);
    }
  }

  /** The launcher becomes the JVM; before that an interrupt would meet the shell. */
  private static void awaitJvm(Process process) throws InterruptedException {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!process.info().command().orElse("").endsWith("java") && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    Thread.sleep(300);
  }

  private static Path copyOfTheProgram(Path home) throws IOException {
    var lib = Files.createDirectories(home.resolve("cli/target/javelin/lib"));
    try (var jars = Files.newDirectoryStream(Run.HOME.resolve("cli/target/javelin/lib"))) {
      for (var jar : jars) {
        Files.copy(jar, lib.resolve(jar.getFileName()));
      }
    }
    Files.copy(Path.of(LAUNCHER), home.resolve("javelin"), StandardCopyOption.COPY_ATTRIBUTES);
    return home;
  }
}
