package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.DemoModel;
import dev.javelin.gguf.GgufFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What verify finds, in a whole file and in spoilt ones, and when its gate closes. */
class VerifyCommandTest {
  @TempDir private Path folder;

  @Test
  void aWholeModelPassesAndItsSumsAreTold() throws Exception {
    var demo = DemoModel.file();
    var run = Cli.run("verify", demo.toString(), "--sha256", "--json");
    assertEquals(0, run.exitCode(), run.err());
    var json = new JsonMapper().readTree(run.out());
    assertTrue(json.get("passed").booleanValue());
    assertEquals(sha256(Files.readAllBytes(demo)), json.get("sha256").textValue());
    try (var file = GgufFile.open(demo)) {
      var tensor = file.tensors().lastEntry().getValue();
      var bytes =
          java.util.Arrays.copyOfRange(
              Files.readAllBytes(demo),
              (int) tensor.offsetBytes(),
              (int) (tensor.offsetBytes() + tensor.byteSize()));
      assertEquals(sha256(bytes), json.get("tensor_sha256").get(tensor.name()).textValue());
      assertEquals(file.tensors().size(), json.get("tensor_sha256").size());
    }
    assertTrue(json.get("decode_tokens_per_second").doubleValue() > 0);
  }

  @Test
  void aWeightThatIsNoNumberIsFound() throws IOException {
    var spoilt =
        Files.copy(
            DemoModel.file(), folder.resolve("spoilt.gguf"), StandardCopyOption.REPLACE_EXISTING);
    long offset;
    try (var file = GgufFile.open(spoilt)) {
      offset = file.tensor("output_norm.weight").offsetBytes();
    }
    assertTrue(spoilt.toFile().setWritable(true));
    try (var raw = new RandomAccessFile(spoilt.toFile(), "rw")) {
      raw.seek(offset);
      raw.writeInt(Integer.reverseBytes(Float.floatToRawIntBits(Float.NaN)));
    }
    var run = Cli.run("verify", spoilt.toString());
    assertEquals(1, run.exitCode());
    assertTrue(
        (run.out() + run.err()).contains("output_norm.weight: 1 NaN, 0 infinite"),
        run.out() + run.err());
  }

  @Test
  void aGateOpensOrClosesWithEachOfItsBounds() throws IOException {
    Files.writeString(folder.resolve("text"), "The capital of France is Paris. ".repeat(20));
    Files.writeString(
        folder.resolve("questions"),
        """
        {"messages": [{"role": "user", "content": "What is 17 + 25?"}], "reasoning": "low", "expect": "17 + 25 = 42."}
        {"messages": [{"role": "user", "content": "What is 17 + 25?"}], "reasoning": "low", "expect": "something else"}
        """);
    assertEquals(0, gate(1e9, 0.5, 1e9).exitCode());
    var dear = gate(1e9, 0.5, 1);
    assertEquals(1, dear.exitCode());
    assertTrue(dear.out().contains("FAILED memory_mb"), dear.out());
    var wrong = gate(1e9, 0.6, 1e9);
    assertEquals(1, wrong.exitCode());
    assertTrue(wrong.out().contains("FAILED accuracy: 0.5000, at least 0.6"), wrong.out());
    var vague = gate(1.0, 0.5, 1e9);
    assertTrue(vague.out().contains("FAILED perplexity"), vague.out());
    assertFalse(vague.out().contains("FAILED accuracy"), vague.out());
  }

  @Test
  void aGateWithAnUnknownKeyIsRefused() throws IOException {
    var gate = Files.writeString(folder.resolve("gate.json"), "{\"perplexty\": {\"max\": 1}}");
    var run = Cli.run("verify", DemoModel.file().toString(), "--gate", gate.toString());
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("\"perplexty\" must be one of"), run.err());
  }

  private Run gate(double perplexity, double accuracy, double memory) throws IOException {
    var gate =
        Files.writeString(
            folder.resolve("gate.json"),
            """
        {"perplexity": {"text": "text", "max": %s, "context": 64}, "accuracy": {"questions": "questions", "min": %s},
         "first_token_ms": {"max": 1e9}, "tokens_per_second": {"min": 0.001}, "memory_mb": {"max": %s}}
        """
                .formatted(perplexity, accuracy, memory));
    return Cli.run("verify", DemoModel.file().toString(), "--gate", gate.toString());
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void takesTheEmbeddedModelByItsName() throws Exception {
    var run = Cli.run("verify", "demo", "--sha256", "--json");
    assertEquals(0, run.exitCode(), run.err());
    var json = new JsonMapper().readTree(run.out());
    assertEquals(sha256(Files.readAllBytes(DemoModel.file())), json.get("sha256").textValue());
  }
}
