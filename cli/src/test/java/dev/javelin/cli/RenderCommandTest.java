package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests to prompts, by templates and by the demo model's Harmony. */
class RenderCommandTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String HI =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"H\\u00e9\\n\"}],\"add_generation_prompt\":false}";

  @TempDir Path folder;

  private String template(String text) throws Exception {
    return Files.writeString(folder.resolve("t" + text.hashCode() + ".jinja"), text).toString();
  }

  @Test
  void printsThePromptAndNotAByteMore() throws Exception {
    var file = template("{% for m in messages %}[{{ m.content }}]{% endfor %}");
    assertEquals("[H\u00e9\n]", Cli.runWithInput(HI, "render", "--template", file, "-").out());
    var request = Files.writeString(folder.resolve("chat.json"), HI).toString();
    assertEquals("[H\u00e9\n]", Cli.run("render", "--template", file, request).out());
  }

  @Test
  void rendersTheDemoModelsHarmony() {
    var run =
        Cli.runWithInput(
            HI.replace("{\"messages", "{\"current_date\":\"2025-06-28\",\"messages"),
            "render",
            "-");
    assertTrue(
        run.out().startsWith("<|start|>system<|message|>You are a tiny demo model.\n"), run.out());
    assertTrue(run.out().contains("Current date: 2025-06-28\n"));
    assertTrue(run.out().endsWith("<|start|>user<|message|>H\u00e9\n<|end|><|start|>assistant"));
  }

  @Test
  void answersEachLineWithATextOrAnError() throws Exception {
    var file =
        template(
                "{{ bos_token }}{{ x }}{{ strftime_now('%H:%M') }}{% if bad %}{{ raise_exception('no') }}{% endif %}")
            .replace("\\", "\\\\");
    var lines =
        "{\"template_file\":\""
            + file
            + "\",\"bos_token\":\"<s>\",\"now\":\"2026-03-04T15:06:07\",\"x\":1}\n"
            + "{\"template_file\":\""
            + file
            + "\",\"bad\":true}\nnonsense\n{\"template_file\":\"missing.jinja\"}\n";
    var run = Cli.runWithInput(lines, "render", "--jsonl");
    var out = run.out().split("\n");
    assertEquals(4, out.length, run.out());
    assertEquals("{\"text\":\"<s>115:06\"}", out[0]);
    assertEquals("{\"error\":{\"type\":\"TemplateError\",\"message\":\"no\"}}", out[1]);
    assertTrue(out[2].contains("not JSON"), out[2]);
    assertTrue(out[3].contains("missing.jinja"), out[3]);
    assertEquals(0, run.exitCode());
  }

  @Test
  void saysInOneLineWhatIsWrongWithARequest() throws Exception {
    var run =
        Cli.runWithInput(
            "{}",
            "render",
            "--template",
            template("{{ raise_exception('roles must alternate') }}"),
            "-");
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("roles must alternate"), run.err());
  }

  @Test
  void rendersPublishedTemplatesLikeJinja2() throws Exception {
    JsonNode vectors = MAPPER.readTree(Path.of(Cli.shared("templates/expected.json")).toFile());
    List<String> requests = new ArrayList<>();
    List<JsonNode> expected = new ArrayList<>();
    for (Map.Entry<String, JsonNode> cases : vectors.path("expected").properties()) {
      for (Map.Entry<String, JsonNode> one : cases.getValue().properties()) {
        ObjectNode request = vectors.path("cases").path(one.getKey()).deepCopy();
        request
            .put("template_file", Cli.shared("templates/" + cases.getKey()))
            .put("now", "2026-03-04T15:06:07");
        request.set("bos_token", vectors.get("bos_token"));
        request.set("eos_token", vectors.get("eos_token"));
        requests.add(MAPPER.writeValueAsString(request));
        expected.add(one.getValue());
      }
    }
    var lines =
        Cli.runWithInput(String.join("\n", requests), "render", "--jsonl").out().split("\n");
    assertEquals(expected.size(), lines.length);
    for (int i = 0; i < lines.length; i++) {
      JsonNode answer = MAPPER.readTree(lines[i]);
      assertEquals(expected.get(i).has("text"), answer.has("text"), requests.get(i));
      assertEquals(expected.get(i).path("text"), answer.path("text"), requests.get(i));
    }
  }

  @Test
  void refusesARequestWithoutMessages() {
    for (var request :
        new String[] {"{\"mesages\": []}", "{\"messages\": \"x\"}", "{\"messages\": []}"}) {
      var run = Cli.runWithInput(request, "render", "-");
      assertEquals(1, run.exitCode(), request);
      assertEquals("", run.out());
      assertTrue(run.err().contains("\"messages\""), run.err());
    }
  }
}
