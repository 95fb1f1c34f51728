package dev.javelin.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.prompt.ChatTemplateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code render}: the text of the prompt that a chat request becomes, byte for byte. */
@Command(
    name = "render",
    description = {
      "Print the prompt that a chat request becomes, and nothing else.",
      "A request is a JSON object with messages and, if wanted, tools; any other key is a variable of the template."
    })
final class RenderCommand implements Callable<Integer> {
  private static final JsonMapper MAPPER = new JsonMapper();

  @Mixin private CommonOptions common;
  @Mixin private ModelFile file;

  @Option(
      names = "--template",
      paramLabel = "FILE",
      description = "Use this chat template, not that of a model.")
  private Path template;

  @ArgGroup(multiplicity = "1")
  private Input input;

  private final Terminal terminal;

  /** Where the request comes from: one of these. */
  private static final class Input {
    @Parameters(
        paramLabel = "CHAT.json|-",
        description = "File with a request; - reads standard input.")
    private String file;

    @Option(
        names = "--jsonl",
        description = {
          "Each line of standard input is a request and may name template_file, bos_token, eos_token and now",
          "(the time for strftime_now). Print one line for each: {\"text\": ...} or {\"error\": {...}}."
        })
    private boolean lines;
  }

  RenderCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    var renderers = new Renderers(() -> file.openFile(terminal), template);
    if (input.lines) {
      for (var line : (Iterable<String>) terminal.readAll().lines()::iterator) {
        terminal.out().println(MAPPER.writeValueAsString(answer(line, renderers)));
      }
      return 0;
    }
    String text = input.file.equals("-") ? terminal.readAll() : TextFile.read(Path.of(input.file));
    terminal.out().print(renderers.render(request(text)));
    return 0;
  }

  private static ObjectNode request(String text) throws IOException {
    try {
      if (MAPPER.readTree(text) instanceof ObjectNode request) {
        return request;
      }
    } catch (JsonProcessingException broken) {
      throw new IOException("the request is not JSON: " + broken.getOriginalMessage());
    }
    throw new IOException("the request is not a JSON object");
  }

  /** What went wrong with one line must not stop the others. */
  private static JsonNode answer(String line, Renderers renderers) {
    var answer = MAPPER.createObjectNode();
    try {
      answer.put("text", renderers.render(request(line)));
    } catch (ChatTemplateException failure) {
      answer.putObject("error").put("type", failure.kind()).put("message", failure.detail());
    } catch (IOException | RuntimeException failure) {
      answer
          .putObject("error")
          .put("type", failure.getClass().getSimpleName())
          .put("message", Objects.requireNonNullElse(FailureReport.describe(failure), ""));
    }
    return answer;
  }
}
