package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.GoldenModelTest.Golden;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.SideFile;
import dev.javelin.gguf.SideFileWriter;
import dev.javelin.tensor.Precision;
import dev.javelin.tensor.ops.KvType;
import dev.javelin.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whether rounded activations cost more than they may: the Kullback-Leibler divergence from the
 * float64 truth, next to the reference program's own with the same weights, which also rounds
 * activations. Each width is a JVM of its own, because these models are so narrow that their
 * products stay scalar unless a width is forced.
 */
@Tag("acceptance")
class FastDivergenceTest {
  private static final List<String> MODELS =
      List.of("gpt-oss-tiny-mxfp4", "gptoss-tiny-mxfp4", "llama-q-mxfp4", "llama-q-q4_0");

  /**
   * Its largest divergence of a row is 0.167 where llama.cpp's is 0.132, although its logits are
   * six times nearer to the truth on the whole (0.097 rms against 0.605). So FAST is not the
   * default.
   */
  private static final String KNOWN_MISS = "gpt-oss-tiny-mxfp4";

  private static final double KNOWN_MISS_LARGEST = 0.2;

  @TempDir Path folder;

  /** What the other JVM runs: one line for each model and path. */
  public static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws IOException {
      for (String name : MODELS) {
        Golden golden = Golden.read(name);
        Path model = Path.of(arguments[0]).resolve(name + ".gguf");
        Files.copy(golden.file(), model);
        line(name, "exact", divergence(golden, model, Precision.EXACT, 1));
        line(name, "prompt", divergence(golden, model, Precision.FAST, 64));
        try (GgufFile file = GgufFile.open(model);
            WorkerPool pool = new WorkerPool(1)) {
          new SideFileWriter(file, pool).write(SideFile.pathFor(model), (n, all, t, done) -> {});
        }
        line(name, "side file", divergence(golden, model, Precision.FAST, 1));
      }
    }

    private static void line(String name, String path, double[] kl) {
      System.out.println(name + "|" + path + "|" + kl[0] + "|" + kl[1] + "|" + kl[2]);
    }

    /** The largest and the mean over all rows of logits, with so many tokens in a step. */
    private static double[] divergence(Golden golden, Path file, Precision precision, int rows)
        throws IOException {
      EngineOptions options =
          EngineOptions.defaults()
              .withThreads(1)
              .withContextLength(256)
              .withMaxSequences(rows)
              .withChunkTokens(rows)
              .withKvType(KvType.F32)
              .withYarnRounded(true)
              .withPrecision(precision);
      FloatBuffer truth = golden.logits(golden.json().get("logits_file").asText());
      int vocabulary = golden.json().get("n_vocab").asInt();
      DivergenceOfRows sum = new DivergenceOfRows();
      try (LanguageModel model = LanguageModel.open(file, options)) {
        for (JsonNode prompt : golden.json().get("prompts")) {
          boolean all = prompt.get("rows").asText().equals("all");
          int[] row = {prompt.get("logits_offset").asInt() / Float.BYTES};
          model.evaluate(
              Golden.ints(prompt.get("ids")),
              all,
              (position, logits, offset) -> {
                sum.add(truth, row[0], logits, offset, vocabulary);
                row[0] += vocabulary;
              });
        }
      }
      return new double[] {
        sum.largest, sum.total / sum.count, Math.sqrt(sum.squares / sum.count / vocabulary)
      };
    }
  }

  private static final class DivergenceOfRows {
    private double largest;
    private double total;
    private double squares; // of the logits' differences
    private int count;

    void add(FloatBuffer truth, int from, float[] logits, int offset, int vocabulary) {
      float[] expected = new float[vocabulary];
      truth.get(from, expected);
      double expectedSum = LogSoftmax.logSumExp(expected, 0, vocabulary);
      double sum = LogSoftmax.logSumExp(logits, offset, vocabulary);
      double kl = 0;
      for (int i = 0; i < vocabulary; i++) {
        double log = expected[i] - expectedSum;
        squares += Math.pow(logits[offset + i] - expected[i], 2);
        kl += Math.exp(log) * (log - (logits[offset + i] - sum));
      }
      largest = Math.max(largest, kl);
      total += kl;
      count++;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = 512) // the one width of the second layout
  void isNoWorseThanTheReferenceProgramsOwn(int bits) throws Exception {
    List<String> lines = run(bits);
    assertEquals(3 * MODELS.size(), lines.size(), lines.toString());
    for (String line : lines) {
      String[] fields = line.split("\\|");
      JsonNode reference = Golden.read(fields[0]).json().path("llama_cpp_3f545bec");
      double kl = Double.parseDouble(fields[2]);
      double rms = Double.parseDouble(fields[4]);
      JsonNode own = reference.path("native_kvf32");
      double ownKl = own.path("max_kl").asDouble(Double.NaN);
      double ownRms = own.path("rms_diff").asDouble(Double.NaN);
      Figures.report(
          "KL divergence, " + fields[0] + ", " + bits + " bits, " + fields[1],
          String.format(
              Locale.ROOT,
              "largest %.2e, mean %.2e; logits %.2e rms",
              kl,
              Double.parseDouble(fields[3]),
              rms),
          Double.isNaN(ownKl)
              ? "no figure of the reference"
              : String.format(
                  Locale.ROOT, "llama.cpp's own: largest %.2e; logits %.2e rms", ownKl, ownRms));
      if (fields[1].equals("exact")) {
        assertTrue(kl < 1e-6, line);
      } else {
        assertTrue(fields[1].equals("prompt") || kl > 1e-9, "is rounded: " + line);
        assertTrue(Double.isNaN(ownRms) || rms <= ownRms, line + " above " + ownRms);
        double allowed = fields[0].equals(KNOWN_MISS) ? KNOWN_MISS_LARGEST : ownKl;
        assertTrue(Double.isNaN(allowed) || kl <= allowed, line + " above " + allowed);
      }
    }
  }

  private List<String> run(int bits) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Djavelin.vector.bits=" + bits,
            "-Djavelin.shared=" + System.getProperty("javelin.shared"),
            "-cp",
            PlainClassPathTest.classPath(),
            Program.class.getName(),
            folder.toString()));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(Redirect.to(out.toFile()))
            .redirectError(Redirect.to(err.toFile()))
            .start();
    assertEquals(0, process.waitFor(), Files.readString(err, StandardCharsets.UTF_8));
    return Files.readAllLines(out);
  }
}
