package dev.javelin.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.EngineException;
import dev.javelin.engine.EngineOptions;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.GenerationResult;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.ModelSource;
import dev.javelin.engine.TensorCheck;
import dev.javelin.engine.Validation;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.gguf.GgufFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code verify}: whether a model file is whole, computes, and is good and fast enough; made to
 * stand in a pipeline.
 */
@Command(
    name = "verify",
    description = {
      "Check a model: structure, every weight, tokenizer, logits, short generations; with --gate also what it must reach.",
      "",
      "The gate is a JSON object; each key may be left out: {\"perplexity\": {\"text\": FILE, \"max\": X, \"context\": N},"
          + " \"accuracy\": {\"questions\": FILE, \"min\": SHARE, \"limit\": N}, \"first_token_ms\": {\"max\": X},"
          + " \"tokens_per_second\": {\"min\": X}, \"memory_mb\": {\"max\": X}}. Files are found from the gate's folder. Questions are one"
          + " JSON object a line: messages and expect. The exit code is 1 if any check fails.",
      ""
    })
final class VerifyCommand implements Callable<Integer> {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String PROMPT = "The quick brown fox jumps over the lazy dog. The";
  private static final int TOKENS = 16;
  private static final int LOGIT_ROWS = 32;
  private static final int PIECE_BYTES = 1 << 20;

  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "FILE",
      description = "The GGUF file (of a split one, any), a Hugging Face folder, or demo.")
  private String place;

  @Option(
      names = "--sha256",
      description = "Also print the SHA-256 of the file and of each tensor's bytes.")
  private boolean sha256;

  @Option(
      names = "--gate",
      paramLabel = "FILE",
      description = "What the model must reach, as JSON.")
  private Path gate;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads that compute (default: one for each core).")
  private int threads;

  private final Terminal terminal;
  private final Map<String, Object> facts = new LinkedHashMap<>();
  private final List<Validation.Check> checks = new ArrayList<>();

  VerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    var wanted = gate == null ? null : QualityGate.read(gate);
    var source = ModelFile.local(ModelSource.of(place));
    facts.put("file", place);
    try (var file = source.open()) {
      facts.put("bytes", file.byteSize());
      var path = source instanceof ModelSource.Embedded ? file.path() : Path.of(place);
      if (sha256 && Files.isRegularFile(path)) {
        facts.put("sha256", fileSha256(path));
      }
      add("structure", file.tensors().size() + " tensors, GGUF version " + file.version(), true);
      tensors(file);
    }
    var options = EngineOptions.defaults().withThreads(threads).withMaxSequences(LOGIT_ROWS);
    try (var model = LanguageModel.open(source, options)) {
      checks.addAll(model.validate().checks());
      var result = generation(model);
      if (wanted != null) {
        checks.addAll(
            wanted.check(model, result, message -> terminal.err().println("javelin: " + message)));
      }
    } catch (EngineException failure) {
      add("generation", failure.getMessage(), false);
    }
    boolean passed = checks.stream().allMatch(Validation.Check::passed);
    print(passed);
    return passed ? 0 : FailureReport.INPUT_BAD;
  }

  private void add(String name, String found, boolean passed) {
    checks.add(new Validation.Check(name, found, passed));
  }

  private void tensors(GgufFile file) {
    int scanned = 0;
    var sums = new LinkedHashMap<String, Object>();
    var faults = new ArrayList<String>();
    for (var tensor : file.tensors().values()) {
      var check = TensorCheck.of(file, tensor);
      scanned += check.scanned() ? 1 : 0;
      if (!check.isFinite()) {
        faults.add(
            tensor.name()
                + ": "
                + check.nanCount()
                + " NaN, "
                + check.infiniteCount()
                + " infinite");
      }
      if (sha256) {
        sums.put(tensor.name(), TensorCheck.sha256(file, tensor));
      }
    }
    add(
        "weights",
        scanned
            + " of "
            + file.tensors().size()
            + " tensors scanned"
            + (faults.isEmpty() ? ", all finite" : "; " + String.join("; ", faults)),
        faults.isEmpty());
    if (sha256) {
      facts.put("tensor_sha256", sums);
    }
  }

  /** A greedy generation of a model that has been warmed up. */
  private GenerationResult generation(LanguageModel model) {
    var result =
        model.generate(
            GenerationRequest.ids(model.tokenizer().encodePrompt(PROMPT, false))
                .sampling(SamplingParameters.GREEDY)
                .maxTokens(TOKENS)
                .ignoreEnd(true)
                .cacheSalt("verify")
                .build());
    facts.put("generated_ids", result.ids());
    facts.put("first_token_ms", ResultJson.millis(result.timings().timeToFirstTokenNanos()));
    facts.put("prefill_tokens_per_second", result.timings().prefillTokensPerSecond(result.usage()));
    facts.put("decode_tokens_per_second", result.timings().decodeTokensPerSecond(result.usage()));
    facts.put("memory_mb", QualityGate.memoryMb(model));
    return result;
  }

  private void print(boolean passed) throws IOException {
    if (json) {
      facts.put(
          "checks",
          checks.stream()
              .map(
                  check ->
                      ResultJson.ordered(
                          "name", check.name(), "found", check.found(), "passed", check.passed()))
              .toList());
      facts.put("passed", passed);
      terminal.out().println(MAPPER.writeValueAsString(facts));
      return;
    }
    facts.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> sums) {
            sums.forEach((tensor, sum) -> terminal.out().println(sum + "  " + tensor));
          } else if (!(value instanceof int[])) {
            terminal
                .out()
                .println(
                    name
                        + ": "
                        + (value instanceof Double d
                            ? String.format(Locale.ROOT, "%.1f", d)
                            : value));
          }
        });
    checks.forEach(
        check ->
            terminal
                .out()
                .println(
                    (check.passed() ? "ok    " : "FAILED ") + check.name() + ": " + check.found()));
  }

  private static String fileSha256(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      var digest = MessageDigest.getInstance("SHA-256");
      byte[] piece = new byte[PIECE_BYTES];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        digest.update(piece, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
