package dev.javelin.cli;

import dev.javelin.engine.EngineOptions;
import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.ModelSource;
import dev.javelin.engine.convert.ModelQuantizer;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.TensorInfo;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.Quantizer;
import dev.javelin.tensor.parallel.WorkerPool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quantize IN OUT TYPE}: writes a model file again with its matrices in a smaller type. */
@Command(
    name = "quantize",
    description = {
      "Write a model file again with its matrices in another type.",
      "",
      "Matrices in F32, F16 or BF16 are quantized, with the same bytes as ggml's reference quantizers. Vectors, norms, routers of experts,"
          + " tables of positions and tensors that are quantized already stay as they are. The output matrix (the embedding where that is also"
          + " the output) gets Q6_K, or Q8_0 with TYPE Q8_0 and MXFP4; with ternary types an embedding of its own gets Q4_K; --pure gives"
          + " them TYPE.",
      "Rows that are no whole blocks: Q2_K, Q3_K, IQ4_XS become IQ4_NL, ternary types Q4_0, Q4_K Q5_0, Q5_K Q5_1, Q6_K Q8_0; else F16.",
      ""
    })
final class QuantizeCommand implements Callable<Integer> {
  private static final double MEGA = 1e6;

  @Mixin private CommonOptions common;

  @Parameters(index = "0", paramLabel = "IN", description = "The GGUF file to read.")
  private String in;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The GGUF file to write; must not exist.")
  private Path out;

  @Parameters(
      index = "2",
      paramLabel = "TYPE",
      description = {
        "F16, BF16, Q8_0, Q6_K, Q5_K, Q5_1, Q5_0, Q4_K, Q4_1, Q4_0, IQ4_NL, IQ4_XS, MXFP4, Q3_K, Q2_K, TQ2_0, TQ1_0 or F32.",
        "Endings as in Q4_K_M are for mixtures of types, which are not made here."
      })
  private String type;

  @Option(names = "--pure", description = "Embedding and output get TYPE too.")
  private boolean pure;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads (default: all processors).")
  private int threads = Runtime.getRuntime().availableProcessors();

  private final Terminal terminal;

  QuantizeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    QuantType wanted = type();
    if (threads < 1 || threads > EngineOptions.MOST_THREADS) {
      throw new InvalidRequest(
          "--threads must be 1 to " + EngineOptions.MOST_THREADS + ": " + threads);
    }
    if (Files.exists(out)) {
      throw new InvalidRequest(out + " exists; it is not overwritten");
    }
    try (GgufFile file = ModelFile.local(ModelSource.of(in)).open();
        WorkerPool pool = new WorkerPool(threads)) {
      ModelQuantizer quantizer = new ModelQuantizer(file, wanted, pure, pool);
      long start = System.nanoTime();
      quantizer.write(out, this::progress);
      terminal
          .err()
          .printf(
              Locale.ROOT,
              "javelin: %s: %.1f MB of %.1f MB, %.1f s%n",
              out,
              Files.size(out) / MEGA,
              file.byteSize() / MEGA,
              (System.nanoTime() - start) / 1e9);
    }
    return 0;
  }

  private void progress(int number, int count, TensorInfo tensor, QuantType target) {
    String change = target == tensor.type() ? "stays " + target : tensor.type() + " to " + target;
    terminal
        .err()
        .printf(
            Locale.ROOT,
            "javelin: %d of %d: %s %s, %s%n",
            number,
            count,
            tensor.name(),
            tensor.shape(),
            change);
  }

  private QuantType type() {
    return Quantizer.types().stream()
        .filter(candidate -> candidate.name().equalsIgnoreCase(type))
        .findFirst()
        .orElseThrow(
            () -> new InvalidRequest("no type to quantize to: " + type + "; there are " + names()));
  }

  private static String names() {
    return Quantizer.types().stream().map(QuantType::name).collect(Collectors.joining(", "));
  }
}
