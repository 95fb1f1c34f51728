package dev.javelin.cli;

import dev.javelin.engine.EngineOptions;
import dev.javelin.engine.InvalidRequest;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.SideFile;
import dev.javelin.gguf.SideFileWriter;
import dev.javelin.gguf.TensorInfo;
import dev.javelin.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code optimize FILE}: writes the weights that gain by it again, in a faster layout. */
@Command(
    name = "optimize",
    description = {
      "Write a side file with the weights of a model in a layout that is faster to multiply.",
      "",
      "MXFP4 and Q4_0 matrices are copied, 32 rows side by side, into FILE.javelin; everything else stays in FILE, which is not"
          + " changed. --precision fast finds the side file, checks that it belongs to FILE, and decodes from it with rounded activations (512-bit vectors only);"
          + " prompts are computed from FILE as before. It takes as much disk as the matrices it holds.",
      ""
    })
final class OptimizeCommand implements Callable<Integer> {
  private static final double GIGA = 0x1p30;

  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "FILE", description = "The GGUF file.")
  private Path file;

  @Option(
      names = "--out",
      paramLabel = "SIDE",
      description =
          "Where to write (default: FILE.javelin, the only place where it is looked for).")
  private Path out;

  @Option(names = "--force", description = "Replace a side file that exists.")
  private boolean force;

  @Option(names = "--check", description = "Write nothing; read all of the side file and check it.")
  private boolean check;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads (default: all processors).")
  private int threads = Runtime.getRuntime().availableProcessors();

  private final Terminal terminal;

  OptimizeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (threads < 1 || threads > EngineOptions.MOST_THREADS) {
      throw new InvalidRequest(
          "--threads must be 1 to " + EngineOptions.MOST_THREADS + ": " + threads);
    }
    Path target = out == null ? SideFile.pathFor(file) : out;
    try (GgufFile model = GgufFile.open(file)) {
      return check ? check(model, target) : write(model, target);
    }
  }

  private int check(GgufFile model, Path target) throws IOException {
    try (SideFile side = SideFile.open(target, model)) {
      side.check();
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "%s: whole, belongs to %s, %d tensors, %.2f GiB%n",
              target,
              file,
              side.tensorCount(),
              side.byteSize() / GIGA);
    }
    return 0;
  }

  private int write(GgufFile model, Path target) throws IOException {
    if (Files.exists(target) && !force) {
      throw new InvalidRequest(target + " exists; --force replaces it");
    }
    try (WorkerPool pool = new WorkerPool(threads)) {
      SideFileWriter writer = new SideFileWriter(model, pool);
      if (writer.tensorCount() == 0) {
        throw new InvalidRequest(file + ": has no MXFP4 or Q4_0 matrix that would gain");
      }
      requireSpace(target, writer.byteSize());
      long start = System.nanoTime();
      writer.write(target, this::progress);
      terminal
          .err()
          .printf(
              Locale.ROOT,
              "javelin: %s: %.2f GiB beside %.2f GiB, %.1f s%n",
              target,
              Files.size(target) / GIGA,
              model.byteSize() / GIGA,
              (System.nanoTime() - start) / 1e9);
    }
    return 0;
  }

  private static void requireSpace(Path target, long bytes) throws IOException {
    long free = Files.getFileStore(target.toAbsolutePath().getParent()).getUsableSpace();
    if (free < bytes) {
      throw new InvalidRequest(
          String.format(
              Locale.ROOT,
              "%s needs %.2f GiB, the disk has %.2f GiB left",
              target,
              bytes / GIGA,
              free / GIGA));
    }
  }

  private void progress(int number, int count, TensorInfo tensor, boolean copied) {
    terminal
        .err()
        .printf(
            Locale.ROOT,
            "javelin: %d of %d: %s %s %s%n",
            number,
            count,
            tensor.name(),
            tensor.shape(),
            copied ? tensor.type() : "left out: it has scales that the layout cannot hold");
  }
}
