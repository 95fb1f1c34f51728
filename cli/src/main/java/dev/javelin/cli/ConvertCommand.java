package dev.javelin.cli;

import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.convert.HfConverter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code convert DIR OUT}: a Hugging Face folder becomes a GGUF file. */
@Command(
    name = "convert",
    description = {
      "Write the model in a Hugging Face folder as a GGUF file.",
      "",
      "The folder has config.json, tokenizer.json or tokenizer.model (byte-level BPE, SentencePiece) and model.safetensors, or shards with their index. Families: llama, qwen2,"
          + " gpt2, gpt_oss (its MXFP4 blocks are moved bit for bit), bitnet (its matrices become I2_S). Other matrices keep their type;"
          + " quantize makes them smaller.",
      ""
    })
final class ConvertCommand implements Callable<Integer> {
  private static final double MEGA = 1e6;

  @Mixin private CommonOptions common;

  @Parameters(index = "0", paramLabel = "DIR", description = "The folder to read.")
  private Path in;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The GGUF file to write; must not exist.")
  private Path out;

  private final Terminal terminal;

  ConvertCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    if (Files.exists(out)) {
      throw new InvalidRequest(out + " exists; it is not overwritten");
    }
    HfConverter.convert(
        in,
        out,
        (number, count, tensor) ->
            terminal.err().printf(Locale.ROOT, "javelin: %d of %d: %s%n", number, count, tensor));
    terminal.err().printf(Locale.ROOT, "javelin: %s: %.1f MB%n", out, Files.size(out) / MEGA);
    return 0;
  }
}
