package dev.javelin.cli;

import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.convert.SyntheticModel;
import dev.javelin.engine.convert.SyntheticShape;
import dev.javelin.tensor.QuantType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code synth}: writes a full-size model file of random weights, to measure with. */
@Command(
    name = "synth",
    description = {
      "Write a model file of a published shape with random weights, to measure speed and memory.",
      "Its answers mean nothing."
    })
final class SynthCommand implements Callable<Integer> {
  private static final double GIGA = 1e9;

  @Mixin private CommonOptions common;

  @Parameters(
      index = "0",
      paramLabel = "SHAPE",
      description =
          "SmolLM2-135M, Llama-3.2-1B, Qwen2.5-Coder-7B, BitNet-b1.58-2B-4T or gpt-oss-20b.")
  private String shape;

  @Parameters(
      index = "1",
      paramLabel = "TYPE",
      description = "Type of the matrices: Q8_0, Q4_0, MXFP4, F16, BF16, TQ2_0, I2_S.")
  private String type;

  @Parameters(index = "2", paramLabel = "OUT", description = "The file to write.")
  private Path out;

  @Option(names = "--force", description = "Overwrite the file if it is there.")
  private boolean force;

  private final Terminal terminal;

  SynthCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    SyntheticShape wanted =
        SyntheticShape.byLabel(shape)
            .orElseThrow(
                () -> new InvalidRequest("no such shape: " + shape + "; there are " + shapes()));
    QuantType quantType = quantType();
    if (Files.exists(out) && !force) {
      throw new InvalidRequest(out + " exists; give --force to overwrite it");
    }
    long all = SyntheticModel.byteSize(wanted, quantType);
    long[] shown = {0};
    SyntheticModel.write(
        wanted,
        quantType,
        out,
        written -> {
          if ((written - shown[0]) * 20 > all || written == all) {
            shown[0] = written;
            terminal
                .err()
                .printf(Locale.ROOT, "javelin: %.2f of %.2f GB%n", written / GIGA, all / GIGA);
          }
        });
    return 0;
  }

  private QuantType quantType() {
    try {
      return QuantType.valueOf(type.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest("no such type: " + type, e);
    }
  }

  private static String shapes() {
    return Arrays.stream(SyntheticShape.values())
        .map(SyntheticShape::label)
        .collect(Collectors.joining(", "));
  }
}
