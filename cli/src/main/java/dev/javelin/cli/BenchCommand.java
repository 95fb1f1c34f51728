package dev.javelin.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.ModelInfo;
import dev.javelin.engine.SpeedTest;
import dev.javelin.engine.TimeShares;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: how fast a model reads and writes, in the form of llama-bench. */
@Command(
    name = "bench",
    description = {
      "Measure prompt processing (ppN) and writing (tgN) in tokens a second.",
      "Mean and standard deviation over the repetitions, after runs that warm up until they",
      "get no faster."
    })
final class BenchCommand implements Callable<Integer> {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int LEAST_WARM_UPS = 2;
  private static final int MOST_WARM_UPS = 12;
  private static final long LONGEST_WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** Warm when a run is not faster than the best before it by more than this. */
  private static final double SETTLED = 1.02;

  @Mixin private CommonOptions common;
  @Mixin private ModelOptions model;

  @Option(
      names = {"-p", "--n-prompt"},
      paramLabel = "N",
      split = ",",
      description = "Prompt tokens; 0: no such test (default: 512).")
  private List<Integer> prompts = List.of(512);

  @Option(
      names = {"-n", "--n-gen"},
      paramLabel = "N",
      split = ",",
      description = "Tokens to write; 0: no such test (default: 128).")
  private List<Integer> generated = List.of(128);

  @Option(
      names = {"-d", "--n-depth"},
      paramLabel = "N",
      split = ",",
      description = "Tokens that are already there, in the cache (default: 0).")
  private List<Integer> depths = List.of(0);

  @Option(
      names = {"-b", "--n-parallel"},
      paramLabel = "N",
      split = ",",
      description = "Sequences that write at once (default: 1).")
  private List<Integer> parallel = List.of(1);

  @Option(
      names = "--shared",
      description = "Sequences that write at once share the tokens that are already there.")
  private boolean shared;

  @Option(
      names = {"-r", "--repetitions"},
      paramLabel = "N",
      description = "Repetitions of each test (default: 5).")
  private int repetitions = 5;

  @Option(
      names = "--roofline",
      description = "Also measure memory, and say which fraction of its bandwidth writing uses.")
  private boolean roofline;

  @Option(
      names = "--breakdown",
      description = "Also say where the time of each test goes, in one more run of it.")
  private boolean breakdown;

  @Option(names = "--json", description = "Print an array of objects with llama-bench's names.")
  private boolean json;

  private final Terminal terminal;
  @Spec private CommandSpec spec;

  /** One test and what it gave. */
  private record Row(
      int prompt,
      int generated,
      int depth,
      int parallel,
      int shared,
      double mean,
      double deviation,
      List<Double> samples,
      Optional<BenchShares> shares) {
    Row with(BenchShares found) {
      return new Row(
          prompt, generated, depth, parallel, shared, mean, deviation, samples, Optional.of(found));
    }

    String test() {
      String name = prompt > 0 ? "pp" + prompt : "tg" + generated;
      return name
          + (depth > 0 ? " @ d" + depth : "")
          + (parallel > 1 ? " x " + parallel : "")
          + (shared > 0 ? " shared" : "");
    }
  }

  BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    check("-p", prompts, 0);
    check("-n", generated, 0);
    check("-d", depths, 0);
    check("-b", parallel, 1);
    check("-r", List.of(repetitions), 1);
    int longest =
        (int) Math.min(Integer.MAX_VALUE, 2 + max(prompts) + max(generated) + max(depths));
    try (LanguageModel opened = model.open(terminal, longest, longest, (int) max(parallel))) {
      SpeedTest test = new SpeedTest(opened);
      test.decode(1, 16, 1, false);
      double coldSeconds = secondsSinceStart();
      List<Row> rows = measure(test);
      if (json) {
        printJson(opened.info(), rows, coldSeconds);
      } else {
        printTable(opened.info(), rows, coldSeconds);
      }
    }
    return 0;
  }

  private void check(String option, List<Integer> values, int least) {
    if (values.isEmpty() || values.stream().anyMatch(value -> value < least)) {
      throw new ParameterException(
          spec.commandLine(),
          option
              + " needs "
              + least
              + " or more"
              + (values.isEmpty() ? "" : ": " + values.stream().min(Integer::compare).get()));
    }
  }

  private List<Row> measure(SpeedTest test) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int depth : depths) {
      for (int prompt : prompts) {
        if (prompt > 0) {
          rows.add(row(test, prompt, 0, depth, 1, 0, () -> test.prefill(prompt, depth)));
        }
      }
      for (int tokens : generated) {
        for (int sequences : parallel) {
          if (tokens > 0) {
            rows.add(
                row(
                    test,
                    0,
                    tokens,
                    depth,
                    sequences,
                    shared ? depth : 0,
                    () -> test.decode(tokens, depth, sequences, shared)));
          }
        }
      }
    }
    return rows;
  }

  private Row row(
      SpeedTest test,
      int prompt,
      int tokens,
      int depth,
      int sequences,
      int sharedTokens,
      DoubleSupplier once)
      throws IOException {
    warmUp(once);
    List<Double> samples = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      samples.add(once.getAsDouble());
    }
    double mean = samples.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    double squares = samples.stream().mapToDouble(s -> (s - mean) * (s - mean)).sum();
    double deviation = samples.size() > 1 ? Math.sqrt(squares / (samples.size() - 1)) : 0;
    Row plain =
        new Row(
            prompt,
            tokens,
            depth,
            sequences,
            sharedTokens,
            mean,
            deviation,
            samples,
            Optional.empty());
    terminal.err().printf(Locale.ROOT, "javelin: %s: %.2f t/s%n", plain.test(), mean);
    return roofline || breakdown ? plain.with(shares(test, plain, once)) : plain;
  }

  /** Runs until the compiler has nothing left to win: what a long-lived process does all day. */
  private static void warmUp(DoubleSupplier once) {
    long start = System.nanoTime();
    double best = 0;
    for (int i = 1; i <= MOST_WARM_UPS; i++) {
      double rate = once.getAsDouble();
      boolean settled = rate < best * SETTLED;
      boolean late = System.nanoTime() - start > LONGEST_WARM_UP_NANOS;
      if (i >= LEAST_WARM_UPS && (settled || late)) {
        return;
      }
      best = Math.max(best, rate);
    }
  }

  /** One more run, of which the engine counts where the time goes. */
  private BenchShares shares(SpeedTest test, Row row, DoubleSupplier once) throws IOException {
    TimeShares shares =
        test.shares(
            () -> {
              double _ = once.getAsDouble();
            });
    double limit = roofline ? test.readLimit().orElse(0) : 0;
    return new BenchShares(row.test(), shares, shares.weightBytes() / shares.total(), limit);
  }

  private void printTable(ModelInfo info, List<Row> rows, double coldSeconds) {
    var out = terminal.out();
    out.println("| model | size | params | threads | vectors | test | t/s |");
    out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (Row row : rows) {
      out.printf(
          Locale.ROOT,
          "| %s | %.2f GiB | %.2f B | %d | %d bit | %s | %.2f ± %.2f |%n",
          info.name(),
          info.fileBytes() / 0x1p30,
          info.parameterCount() / 1e9,
          info.threads(),
          info.vectorBits(),
          row.test(),
          row.mean(),
          row.deviation());
    }
    for (Row row : rows) {
      if (breakdown) {
        row.shares().orElseThrow().printBreakdown(out);
      }
      if (roofline && row.generated() > 0 && row.shares().orElseThrow().limit() > 0) {
        row.shares().orElseThrow().printRoofline(out);
      }
    }
    out.printf(Locale.ROOT, "%nfirst token %.2f s after the process began%n", coldSeconds);
    peakMemory()
        .ifPresent(bytes -> out.printf(Locale.ROOT, "peak memory %.2f GiB%n", bytes / 0x1p30));
  }

  private void printJson(ModelInfo info, List<Row> rows, double coldSeconds) {
    ArrayNode array = MAPPER.createArrayNode();
    for (Row row : rows) {
      ObjectNode node = array.addObject();
      node.put("model_filename", info.file().toString());
      node.put("model_type", info.name());
      node.put("model_size", info.fileBytes());
      node.put("model_n_params", info.parameterCount());
      node.put("n_threads", info.threads());
      node.put("vector_bits", info.vectorBits());
      node.put("n_prompt", row.prompt());
      node.put("n_gen", row.generated());
      node.put("n_depth", row.depth());
      node.put("n_parallel", row.parallel());
      node.put("n_shared", row.shared());
      node.put("test_time", Instant.now().toString());
      node.put("avg_ts", row.mean());
      node.put("stddev_ts", row.deviation());
      ArrayNode samples = node.putArray("samples_ts");
      row.samples().forEach(samples::add);
      row.shares().ifPresent(shares -> shares.write(node, breakdown));
      node.put("cold_first_token_s", coldSeconds);
      peakMemory().ifPresent(bytes -> node.put("peak_memory_bytes", bytes));
    }
    terminal.out().println(array.toPrettyString());
  }

  private static double secondsSinceStart() {
    Instant start = ProcessHandle.current().info().startInstant().orElse(Instant.now());
    return Duration.between(start, Instant.now()).toNanos() / 1e9;
  }

  /** The most memory that this process held, where the system tells. */
  private static OptionalLong peakMemory() {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return OptionalLong.empty();
    }
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private static long max(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).max().orElse(0);
  }
}
