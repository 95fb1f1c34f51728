package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.javelin.engine.convert.SyntheticModel;
import dev.javelin.engine.convert.SyntheticShape;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.tensor.QuantType;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model of real size: 12 GB in the shape of gpt-oss-20b, in a JVM of its own. The file is written
 * for the test, unless {@code JAVELIN_BIG_MODEL} names one that is there.
 */
@Tag("acceptance")
class BigModelTest {
  private static final String VARIABLE = "JAVELIN_BIG_MODEL";
  private static final double MOST_LOAD_SECONDS = 2;
  private static final long MOST_MORE_BYTES = 1_000_000_000;
  private static final int PROMPT_TOKENS = 128;
  private static final int ANSWER_TOKENS = 16;

  @TempDir private Path folder;

  /** What the other JVM runs: opens the file twice and generates, then tells what it took. */
  public static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws IOException {
      Path file = Path.of(arguments[0]);
      EngineOptions options = EngineOptions.defaults().withMaxSequences(1);
      long start = System.nanoTime();
      LanguageModel.open(file, options).close();
      say("first_open_seconds", (System.nanoTime() - start) / 1e9);
      start = System.nanoTime();
      try (LanguageModel model = LanguageModel.open(file, options)) {
        say("open_seconds", (System.nanoTime() - start) / 1e9);
        int[] ids = IntStream.range(0, PROMPT_TOKENS).map(i -> 1000 + 97 * i).toArray();
        GenerationResult result =
            model.generate(
                GenerationRequest.ids(ids)
                    .sampling(SamplingParameters.GREEDY)
                    .maxTokens(ANSWER_TOKENS)
                    .ignoreEnd(true)
                    .build());
        say("tokens", result.ids().length);
        say("prefill_tokens_per_second", result.timings().prefillTokensPerSecond(result.usage()));
        say("decode_tokens_per_second", result.timings().decodeTokensPerSecond(result.usage()));
        say("file_bytes", model.info().fileBytes());
        say("pool_bytes", model.info().kvBytes());
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
          double bytes = line.endsWith("kB") ? number(line) * 1024 : 0;
          if (line.startsWith("VmHWM:")) {
            say("most_resident_bytes", bytes);
          } else if (line.startsWith("RssAnon:")) {
            say("anonymous_bytes", bytes);
          }
        }
      }
    }

    private static double number(String line) {
      return Double.parseDouble(line.replaceAll("\\D", ""));
    }

    private static void say(String name, double value) {
      System.out.printf(Locale.ROOT, "%s=%.3f%n", name, value);
    }
  }

  @Test
  void loadsInTwoSecondsAndTakesTheFileThePoolAndLittleMore() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "resident memory is read from /proc");
    Properties found = run(file());
    double load = number(found, "open_seconds");
    double resident = number(found, "most_resident_bytes");
    double rest = resident - number(found, "file_bytes") - number(found, "pool_bytes");
    // Not every page of the file need be resident: what is no page of it must fit as well.
    double own = number(found, "anonymous_bytes") - number(found, "pool_bytes");
    Figures.report(
        "12 GB model opens after the first touch",
        String.format(Locale.ROOT, "%.2f s", load),
        "2 s");
    Figures.report(
        "12 GB model, resident beyond file and pool",
        String.format(
            Locale.ROOT,
            "%.2f GB of its own (%.2f resident; file %.2f, pool %.2f; pp%d %.1f t/s, tg%d %.1f t/s)",
            own / 1e9,
            resident / 1e9,
            number(found, "file_bytes") / 1e9,
            number(found, "pool_bytes") / 1e9,
            PROMPT_TOKENS,
            number(found, "prefill_tokens_per_second"),
            ANSWER_TOKENS,
            number(found, "decode_tokens_per_second")),
        "1 GB");
    assertEquals(ANSWER_TOKENS, (int) number(found, "tokens"));
    assertTrue(load < MOST_LOAD_SECONDS, "opened in " + load + " s");
    assertTrue(rest < MOST_MORE_BYTES, found.toString());
    assertTrue(own < MOST_MORE_BYTES, found.toString());
  }

  private Path file() throws IOException {
    String given = System.getenv(VARIABLE);
    if (given != null && !given.isEmpty()) {
      return Path.of(given);
    }
    long needed = SyntheticModel.byteSize(SyntheticShape.GPT_OSS_20B, QuantType.MXFP4);
    long free = Files.getFileStore(folder).getUsableSpace();
    assumeTrue(
        free > needed + needed / 4,
        "the disk has "
            + free / 1_000_000
            + " MB free, the model needs "
            + needed / 1_000_000
            + " MB; "
            + VARIABLE
            + " may name one elsewhere");
    Path file = folder.resolve("gpt-oss-20b.gguf");
    SyntheticModel.write(SyntheticShape.GPT_OSS_20B, QuantType.MXFP4, file, written -> {});
    return file;
  }

  private Properties run(Path file) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                PlainClassPathTest.classPath(),
                Program.class.getName(),
                file.toString())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertTrue(process.waitFor(10, TimeUnit.MINUTES), "the program did not end");
    Properties found = new Properties();
    found.load(new StringReader(Files.readString(out)));
    assertEquals(0, process.exitValue(), found::toString);
    return found;
  }

  private static double number(Properties found, String name) {
    return Double.parseDouble(found.getProperty(name));
  }
}
