package dev.javelin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Perplexity;
import dev.javelin.engine.Validation.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** What a model must reach, read from a JSON file, and whether it does. */
final class QualityGate {
  private static final Set<String> KEYS =
      Set.of("perplexity", "accuracy", "first_token_ms", "tokens_per_second", "memory_mb");
  private static final double MEGA = 1e6;

  private final JsonNode gate;
  private final Path folder;

  private QualityGate(JsonNode gate, Path folder) {
    this.gate = gate;
    this.folder = folder;
  }

  static QualityGate read(Path file) throws IOException {
    JsonNode gate = new JsonMapper().readTree(file.toFile());
    if (!gate.isObject()) {
      throw new IOException(file + ": a gate is a JSON object");
    }
    for (var entry : gate.properties()) {
      String bound =
          entry.getKey().equals("accuracy") || entry.getKey().equals("tokens_per_second")
              ? "min"
              : "max";
      if (!KEYS.contains(entry.getKey()) || !entry.getValue().path(bound).isNumber()) {
        throw new IOException(
            file
                + ": \""
                + entry.getKey()
                + "\" must be one of "
                + KEYS.stream().sorted().toList()
                + " and have a number \""
                + bound
                + "\"");
      }
    }
    return new QualityGate(gate, file.toAbsolutePath().getParent());
  }

  List<Check> check(LanguageModel model, GenerationResult result, Consumer<String> progress)
      throws IOException {
    var checks = new ArrayList<Check>();
    atMost(checks, "first_token_ms", result.timings().timeToFirstTokenNanos() / MEGA);
    atLeast(checks, "tokens_per_second", result.timings().decodeTokensPerSecond(result.usage()));
    if (gate.has("perplexity")) {
      atMost(checks, "perplexity", perplexity(model, progress));
    }
    if (gate.has("accuracy")) {
      atLeast(checks, "accuracy", accuracy(model, progress));
    }
    atMost(checks, "memory_mb", memoryMb(model));
    return checks;
  }

  private void atMost(List<Check> checks, String key, double found) {
    if (gate.has(key)) {
      double bound = gate.get(key).get("max").doubleValue();
      checks.add(
          new Check(
              key, String.format(Locale.ROOT, "%.4f, at most %s", found, bound), found <= bound));
    }
  }

  private void atLeast(List<Check> checks, String key, double found) {
    if (gate.has(key)) {
      double bound = gate.get(key).get("min").doubleValue();
      checks.add(
          new Check(
              key, String.format(Locale.ROOT, "%.4f, at least %s", found, bound), found >= bound));
    }
  }

  private double perplexity(LanguageModel model, Consumer<String> progress) throws IOException {
    JsonNode wanted = gate.get("perplexity");
    int context =
        wanted
            .path("context")
            .asInt(Math.min(Perplexity.USUAL_CONTEXT, model.info().contextLength()));
    var perplexity = new Perplexity(model, context);
    int[] ids = perplexity.ids(TextFile.read(file(wanted, "text")));
    return perplexity
        .score(ids, score -> progress.accept("perplexity, chunk " + score.chunks()))
        .perplexity();
  }

  private double accuracy(LanguageModel model, Consumer<String> progress) throws IOException {
    JsonNode wanted = gate.get("accuracy");
    int limit = wanted.path("limit").asInt(Integer.MAX_VALUE);
    int asked = 0;
    int right = 0;
    for (String line : TextFile.read(file(wanted, "questions")).lines().toList()) {
      if (!line.isBlank() && asked < limit) {
        asked++;
        right += Question.read(line).isAnsweredBy(model) ? 1 : 0;
        progress.accept("question " + asked + ": " + right + " right so far");
      }
    }
    if (asked == 0) {
      throw new IOException(file(wanted, "questions") + ": there must be a question");
    }
    return (double) right / asked;
  }

  private Path file(JsonNode wanted, String key) throws IOException {
    if (!wanted.path(key).isTextual()) {
      throw new IOException("the gate must name a file as \"" + key + "\": " + wanted);
    }
    return folder.resolve(wanted.get(key).textValue());
  }

  /**
   * Resident memory of this process where the system tells it, else what the file, the cache and
   * the heap take.
   */
  static double memoryMb(LanguageModel model) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024 / MEGA;
        }
      }
    } catch (IOException e) {
      // Not Linux: the sum below.
    }
    var runtime = Runtime.getRuntime();
    return (model.info().fileBytes()
            + model.info().kvBytes()
            + runtime.totalMemory()
            - runtime.freeMemory())
        / MEGA;
  }
}
