package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.gguf.GgufFile;
import dev.javelin.tensor.QuantType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What convert writes, tells and refuses; which weights is tested where they are made. */
class ConvertCommandTest {
  private static final String CONFIG =
      """
      {"model_type": "gpt2", "n_positions": 8, "n_embd": 4, "n_layer": 1, "n_head": 2, "layer_norm_epsilon": 1e-5,
       "bos_token_id": 0, "eos_token_id": 0}""";
  private static final String TOKENIZER =
      """
      {"added_tokens": [{"id": 0, "content": "<|endoftext|>", "special": true}], "pre_tokenizer": {"type": "ByteLevel"},
       "model": {"type": "BPE", "vocab": {"a": 1, "b": 2, "ab": 3}, "merges": [["a", "b"]]}}""";
  private static final String[] TENSORS = {
    "wte.weight 4 4",
    "wpe.weight 8 4",
    "h.0.ln_1.weight 4",
    "h.0.ln_1.bias 4",
    "h.0.attn.c_attn.weight 4 12",
    "h.0.attn.c_attn.bias 12",
    "h.0.attn.c_proj.weight 4 4",
    "h.0.attn.c_proj.bias 4",
    "h.0.ln_2.weight 4",
    "h.0.ln_2.bias 4",
    "h.0.mlp.c_fc.weight 4 16",
    "h.0.mlp.c_fc.bias 16",
    "h.0.mlp.c_proj.weight 16 4",
    "h.0.mlp.c_proj.bias 4",
    "ln_f.weight 4",
    "ln_f.bias 4"
  };

  @TempDir private Path folder;

  @Test
  void aFolderBecomesAFile() throws IOException {
    writeFolder();
    var out = folder.resolve("out.gguf");
    var run = Cli.run("convert", folder.toString(), out.toString());
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.err().contains("javelin: 16 of 16: output_norm.bias\n"), run.err());
    try (var file = GgufFile.open(out)) {
      assertEquals(QuantType.F16, file.tensor("blk.0.attn_qkv.weight").type());
      // Conv1D has [in, out]: the first row in GGUF is the first column there, of values 0, 12, 24,
      // 36.
      assertEquals(12, file.vector("blk.0.attn_qkv.weight")[1]);
      assertEquals(
          "[<|endoftext|>, a, b, ab]",
          java.util.Arrays.toString(file.metadata().strings("tokenizer.ggml.tokens")));
    }
    var again = Cli.run("convert", folder.toString(), out.toString());
    assertTrue(
        again.exitCode() == 1 && again.err().contains("exists; it is not overwritten"),
        again.err());
  }

  @Test
  void anUnknownFamilyIsNamed() throws IOException {
    writeFolder();
    Files.writeString(folder.resolve("config.json"), CONFIG.replace("gpt2", "mamba"));
    var run = Cli.run("convert", folder.toString(), folder.resolve("out.gguf").toString());
    assertEquals(1, run.exitCode());
    assertTrue(
        run.err().contains("model_type must be llama, qwen2, gpt2, gpt_oss or bitnet: mamba"),
        run.err());
    assertFalse(Files.exists(folder.resolve("out.gguf")));
  }

  /** All weights are 0, 1, 2 ... in F16. */
  private void writeFolder() throws IOException {
    Files.writeString(folder.resolve("config.json"), CONFIG);
    Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
    var header = new StringBuilder();
    var data = new ByteArrayOutputStream();
    for (String tensor : TENSORS) {
      String[] parts = tensor.split(" ");
      int count = Integer.parseInt(parts[1]) * (parts.length == 3 ? Integer.parseInt(parts[2]) : 1);
      var bytes = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        bytes.putShort(Float.floatToFloat16(i));
      }
      String shape = parts[1] + (parts.length == 3 ? "," + parts[2] : "");
      header
          .append(header.isEmpty() ? "{" : ",")
          .append(
              "\"%s\":{\"dtype\":\"F16\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
                  .formatted(parts[0], shape, data.size(), data.size() + bytes.capacity()));
      data.writeBytes(bytes.array());
    }
    byte[] text = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    var out = new ByteArrayOutputStream();
    out.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array());
    out.writeBytes(text);
    out.writeBytes(data.toByteArray());
    Files.write(folder.resolve("model.safetensors"), out.toByteArray());
  }
}
