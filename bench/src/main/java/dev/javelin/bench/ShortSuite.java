package dev.javelin.bench;

import dev.javelin.bench.SuiteRow.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The selection that fits five minutes: each kernel next to its limits. Writes {@code
 * bench/results/DATE-MACHINE.md} and the picture beside it.
 */
final class ShortSuite {
  private static final Path RESULTS = Path.of("bench", "results");
  private static final String BOTH = "1," + Pools.ALL;
  private static final Work.Of NO_WORK = parameters -> new Work(0, 0);

  private final List<SuiteRow> rows = new ArrayList<>();

  private ShortSuite() {}

  static void run() throws RunnerException, IOException {
    long start = System.nanoTime();
    ShortSuite suite = new ShortSuite();
    suite.products();
    suite.attention();
    suite.others();
    double seconds = (System.nanoTime() - start) * 1e-9;
    Machine machine = Machine.here();
    Files.createDirectories(RESULTS);
    Path picture = RESULTS.resolve(machine.fileName() + ".svg");
    Path table = RESULTS.resolve(machine.fileName() + ".md");
    Files.writeString(picture, new Roofline(suite.rows, machine).svg());
    Files.writeString(
        table, new SuiteReport(suite.rows, machine, seconds).markdown(picture.getFileName()));
    say("%s and %s, after %.0f s", table, picture, seconds);
  }

  private void products() throws RunnerException {
    Function<BenchmarkParams, String> type = p -> p.getParam("type");
    Work.Of decode = DecodeBenchmark::work;
    Work.Of prefill = PrefillBenchmark::work;
    String all = "Q8_0,MXFP4,Q4_0,F16,BF16,F32";
    measure(Subject.DECODE, type, decode, DecodeBenchmark.class, "threads=" + BOTH, "type=" + all);
    measure(
        Subject.DECODE_SECOND,
        type,
        decode,
        DecodeBenchmark.class,
        "threads=" + BOTH,
        "type=MXFP4,Q4_0",
        "layout=SECOND");
    measure(
        Subject.DECODE_CACHED,
        type,
        decode,
        DecodeBenchmark.class,
        "threads=1",
        "type=Q8_0,MXFP4",
        "place=SECOND_CACHE");
    measure(
        Subject.FEW,
        type,
        decode,
        DecodeBenchmark.class,
        "threads=1",
        "type=Q8_0,MXFP4,Q4_0,F16",
        "place=LAST_CACHE",
        "tokens=4");
    String[] one = {"threads=1", "tokens=32", "type=Q8_0,MXFP4"};
    measure(Subject.PREFILL_32, type, prefill, PrefillBenchmark.class, one);
    String[] many = {"threads=" + BOTH, "tokens=128", "type=Q8_0,MXFP4,Q4_0,F16"};
    measure(Subject.PREFILL_128, type, prefill, PrefillBenchmark.class, many);
    String[] fast = {"threads=" + BOTH, "tokens=128", "type=MXFP4,Q4_0", "precision=FAST"};
    measure(Subject.PREFILL_FAST, type, prefill, PrefillBenchmark.class, fast);
  }

  private void attention() throws RunnerException {
    Function<BenchmarkParams, String> kind = p -> p.getParam("kv") + " " + shape(p);
    Work.Of work = AttentionBenchmark::work;
    String[] grouped = {"threads=" + BOTH, "shape=GROUPED_8192", "kv=F32,F16,Q8_0"};
    measure(Subject.ATTENTION, kind, work, AttentionBenchmark.class, grouped);
    String[] prefill = {"threads=" + BOTH, "shape=PREFILL", "kv=F16"};
    measure(Subject.ATTENTION, kind, work, AttentionBenchmark.class, prefill);
  }

  private static String shape(BenchmarkParams p) {
    return p.getParam("shape").equals("PREFILL") ? "prefill of 128" : "8 heads, 8192 positions";
  }

  private void others() throws RunnerException {
    measure(Subject.OTHER, p -> "empty dispatch", NO_WORK, DispatchBenchmark.class);
    measure(
        Subject.OTHER,
        p -> "sampler, 201,088 tokens, " + p.getParam("chain").toLowerCase().replace('_', '-'),
        NO_WORK,
        SamplerBenchmark.class,
        "chain=GREEDY,DEFAULTS,TOP_P");
    measure(
        Subject.OTHER,
        p -> "tokenizer, 64 KB, " + p.getBenchmark().replaceAll(".*\\.", ""),
        NO_WORK,
        TokenizerBenchmark.class);
  }

  private void measure(
      Subject subject,
      Function<BenchmarkParams, String> kind,
      Work.Of work,
      Class<?> benchmark,
      String... parameters)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(benchmark.getName() + "\\.")
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true);
    for (String parameter : parameters) {
      String[] parts = parameter.split("=");
      options.param(parts[0], parts[1].split(","));
    }
    for (RunResult result : new Runner(BenchMain.withLimits(options.build())).run()) {
      SuiteRow row = SuiteRow.of(subject, kind.apply(result.getParams()), work, result);
      rows.add(row);
      say(
          "%s%s%s, threads %d: %.2f us",
          subject.title(),
          subject.title().isEmpty() ? "" : ", ",
          row.kind(),
          row.threads(),
          row.micros());
    }
  }

  private static void say(String format, Object... values) {
    System.out.println("bench: " + String.format(java.util.Locale.ROOT, format, values));
  }
}
