package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The logits that eval writes, against those of an independent program where they are at hand. */
class EvalCommandTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  @Test
  void writesTheLogitsOfEachPositionOrOfTheLast(@TempDir Path folder) throws Exception {
    var ids = "1,2,3,4,5";
    var all = Cli.run("eval", "--ids", ids, "--all", "--out", folder.resolve("all").toString());
    var last = Cli.run("eval", "--ids", ids, "--out", folder.resolve("last").toString());
    int vocabulary = parse(all).get("vocabulary").intValue();
    var rows = floats(folder.resolve("all"));
    var row = floats(folder.resolve("last"));
    assertEquals(5 * vocabulary, rows.length);
    assertEquals(vocabulary, row.length);
    for (int i = 0; i < vocabulary; i++) {
      assertEquals(row[i], rows[4 * vocabulary + i], 5e-4, "logit " + i);
    }
  }

  @Test
  void summarisesWhatItComputed(@TempDir Path folder) throws Exception {
    var out = folder.resolve("logits");
    var json = parse(Cli.run("eval", "--ids", "5 6 7", "--out", out.toString()));
    var logits = floats(out);
    int best = json.get("argmax").intValue();
    for (float logit : logits) {
      assertTrue(logit <= logits[best]);
    }
    assertEquals(10, json.get("top").size());
    assertEquals(best, json.at("/top/0/id").intValue());
    assertEquals(logits[best], json.at("/top/0/logit").floatValue());
    assertEquals(3, json.get("tokens").intValue());
    assertEquals(1, json.get("positions").intValue());
    assertTrue(json.at("/timings/forward_ms").doubleValue() > 0);
  }

  @Test
  void equalsTheReferenceLogitsOfAGoldenModel(@TempDir Path folder) throws Exception {
    var golden =
        MAPPER.readTree(Path.of(Cli.shared("golden/models/gpt-oss-tiny-mxfp4.json")).toFile());
    var model = Cli.shared("golden/models/gpt-oss-tiny-mxfp4.gguf");
    double bound = golden.at("/tolerance/f32_activations_max_abs").doubleValue();
    for (boolean rounded : new boolean[] {true, false}) {
      var truth =
          FloatBuffer.wrap(
              floats(
                  Path.of(
                      Cli.shared(
                          "golden/models/gpt-oss-tiny-mxfp4"
                              + (rounded ? "" : ".yarn-unrounded")
                              + ".logits.f32"))));
      for (var prompt : golden.get("prompts")) {
        var ids = prompt.get("ids").toString().replaceAll("[\\[\\] ]", "");
        var out = folder.resolve("out").toString();
        var arguments =
            new ArrayList<>(
                List.of("eval", "-m", model, "--ids", ids, "--kv-type", "f32", "--out", out));
        if (rounded) {
          arguments.add("--yarn-rounded");
        }
        if (prompt.get("rows").textValue().equals("all")) {
          arguments.add("--all");
        }
        var run = Cli.run(arguments.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        for (float logit : floats(Path.of(out))) {
          assertEquals(
              truth.get(), logit, bound, "prompt " + prompt.get("name") + ", rounded " + rounded);
        }
      }
    }
  }

  @Test
  void refusesIdsThatAreNoneOrNotInTheVocabulary() {
    assertEquals(2, Cli.run("eval", "--ids", "1,x").exitCode());
    assertEquals(2, Cli.run("eval").exitCode());
    assertEquals(1, Cli.run("eval", "--ids", "1,99999999").exitCode());
  }

  private static JsonNode parse(Run run) throws Exception {
    assertEquals(0, run.exitCode(), run.err());
    return MAPPER.readTree(run.out());
  }

  private static float[] floats(Path file) throws Exception {
    var buffer =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    var values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}
