package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.DemoModel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What inspect says of a good file, and that a bad one does not hide the others. */
class InspectCommandTest {
  @Test
  void showsMetadataTensorsAndSizes() {
    var run = Cli.run("inspect", DemoModel.file().toString());
    assertEquals(0, run.exitCode(), run.err());
    assertEquals("", run.err());
    assertTrue(run.out().matches("(?s).*general\\.architecture +string +gpt-oss\n.*"), run.out());
    assertTrue(
        run.out().matches("(?s).*tokenizer\\.ggml\\.tokens +string\\[2048\\] .*, \\.\\.\\.\\]\n.*"),
        "long arrays are cut");
    assertTrue(
        run.out()
            .matches(
                "(?s).*blk\\.0\\.ffn_up_exps\\.weight +MXFP4 +\\{192, 192, 8\\} +153\\.0 KiB\n.*"),
        run.out());
    assertTrue(run.out().contains("4.94 M"), "as the model card says");
  }

  @Test
  void printsOneJsonObjectForEachFile() throws Exception {
    var file = DemoModel.file().toString();
    var lines = Cli.run("inspect", "--json", file, file).out().lines().toList();
    assertEquals(2, lines.size());
    var json = new JsonMapper().readTree(lines.getFirst());
    assertEquals("gpt-oss", json.get("architecture").textValue());
    assertEquals(Files.size(DemoModel.file()), json.get("bytes").longValue());
    assertEquals(79, json.get("tensors").size());
    long weights = 0;
    for (var type : json.get("types")) {
      weights += type.get("weights").longValue();
    }
    assertEquals(json.get("parameters").longValue(), weights);
    assertEquals(2048, json.at("/metadata/tokenizer.ggml.tokens/length").intValue());
  }

  @Test
  void endsWithOneWhenAnyFileIsBadAndStillShowsTheOthers(@TempDir Path folder) throws Exception {
    var bad = Files.writeString(folder.resolve("bad.gguf"), "no model");
    var run =
        Cli.run(
            "inspect",
            bad.toString(),
            DemoModel.file().toString(),
            folder.resolve("missing").toString());
    assertEquals(1, run.exitCode());
    assertEquals(2, run.err().lines().count(), run.err());
    assertTrue(
        run.err().contains("bad.gguf") && run.err().contains("missing: no such file"), run.err());
    assertTrue(run.out().contains("general.architecture"), run.out());
  }

  @Test
  void reportsEachSpoiltFileInOneLine() throws Exception {
    var folder = Path.of(Cli.shared("golden/malformed"));
    try (var files = Files.newDirectoryStream(folder, "*.gguf")) {
      for (var file : files) {
        var run = Cli.run("inspect", file.toString());
        assertTrue(
            run.exitCode() == 0 && run.err().isEmpty()
                || run.exitCode() == 1 && run.err().lines().count() == 1,
            file + ": " + run.err());
        assertFalse(run.err().contains("unexpected"), file + ": " + run.err());
      }
    }
  }

  @Test
  void showsControlCharactersInsteadOfSendingThem() {
    assertEquals("a\\u001b[31mb\\n\\u202e日", FileReport.printable("a\u001b[31mb\n\u202e日"));
  }

  @Test
  void showsWhatWindowsSave() throws Exception {
    // 4 layers of 2 KV heads, 64 + 64 numbers each: 256 a layer; two see 64 tokens, and hold
    // ceil((63 + 512) / 32) + 1 = 19 blocks of 32 tokens at most.
    var run = Cli.run("inspect", DemoModel.file().toString());
    assertTrue(
        run.out()
            .contains(
                "512 numbers a token in full layers, 512 in layers that see 64 tokens and keep at most 608\n"),
        run.out());
    assertTrue(
        run.out().matches("(?s).*1,664 +4.4 MiB +2.2 MiB +1.2 MiB +3.3 MiB +32 %.*"), run.out());
    var kv =
        new JsonMapper()
            .readTree(Cli.run("inspect", "--json", DemoModel.file().toString()).out())
            .get("kv");
    assertEquals(2L * 512 * (1664 + 608), kv.at("/bytes_at_context_length/f16").longValue());
    assertEquals(2L * 1024 * 1664, kv.at("/bytes_without_windows/f16").longValue());
  }
}
