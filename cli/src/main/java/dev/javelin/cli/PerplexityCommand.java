package dev.javelin.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Perplexity;
import dev.javelin.engine.PerplexityScore;
import dev.javelin.engine.PredictionDivergence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code perplexity}: how well a model predicts a text, alone or beside another model. */
@Command(
    name = "perplexity",
    description = {
      "Measure how well a model predicts a text.",
      "",
      "The text is cut into chunks of -c tokens; the second half of each is scored, as llama.cpp does. With --kl-base"
          + " the predictions are also compared with those of another model, usually the same one before it was quantized.",
      ""
    })
final class PerplexityCommand implements Callable<Integer> {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Positions whose logits are computed in one pass. */
  private static final int LOGIT_ROWS = 32;

  @Mixin private CommonOptions common;
  @Mixin private ModelOptions model;

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "TEXT",
      description = "The text, in UTF-8.")
  private Path text;

  @Option(
      names = "--kl-base",
      paramLabel = "FILE",
      description = "GGUF file of the model to compare with.")
  private Path base;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  private final Terminal terminal;

  PerplexityCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    var content = TextFile.read(text);
    try (var opened = model.open(terminal, 0, Perplexity.USUAL_CONTEXT, LOGIT_ROWS)) {
      int chunk =
          model.context() > 0
              ? model.context()
              : Math.min(Perplexity.USUAL_CONTEXT, opened.info().contextLength());
      var perplexity = new Perplexity(opened, chunk);
      int[] ids = perplexity.ids(content);
      int chunks = perplexity.chunkCount(ids);
      if (base == null) {
        print(perplexity.score(ids, score -> progress(score, chunks)));
      } else {
        try (var other = LanguageModel.open(base, model.options().withMaxSequences(LOGIT_ROWS))) {
          print(perplexity.compare(other, ids, divergence -> progress(divergence.score(), chunks)));
        }
      }
    }
    return 0;
  }

  private void progress(PerplexityScore score, int chunks) {
    terminal
        .err()
        .printf(
            Locale.ROOT,
            "javelin: chunk %d of %d: perplexity %.4f%n",
            score.chunks(),
            chunks,
            score.perplexity());
  }

  private void print(PerplexityScore score) throws IOException {
    if (json) {
      terminal.out().println(MAPPER.writeValueAsString(json(score)));
    } else {
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "perplexity %.4f +/- %.4f (95 %% between %.4f and %.4f), %d tokens in %d chunks%n",
              score.perplexity(),
              score.perplexityError(),
              score.low(),
              score.high(),
              score.tokens(),
              score.chunks());
    }
  }

  private void print(PredictionDivergence divergence) throws IOException {
    if (json) {
      var all = json(divergence.score());
      all.put("base_perplexity", divergence.base().perplexity());
      all.put(
          "kl_divergence",
          ResultJson.ordered(
              "mean",
              divergence.meanKl(),
              "standard_error",
              divergence.standardError(),
              "median",
              divergence.medianKl(),
              "p99",
              divergence.percentile99(),
              "max",
              divergence.maxKl()));
      all.put("same_top_token", divergence.sameTopRate());
      terminal.out().println(MAPPER.writeValueAsString(all));
      return;
    }
    print(divergence.score());
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "base perplexity %.4f%nKL divergence mean %.6f +/- %.6f, median %.6f, 99 %% below %.6f, max %.6f%nsame likeliest token %.2f %%%n",
            divergence.base().perplexity(),
            divergence.meanKl(),
            divergence.standardError(),
            divergence.medianKl(),
            divergence.percentile99(),
            divergence.maxKl(),
            100 * divergence.sameTopRate());
  }

  private static Map<String, Object> json(PerplexityScore score) {
    return ResultJson.ordered(
        "perplexity",
        score.perplexity(),
        "standard_error",
        score.perplexityError(),
        "low_95",
        score.low(),
        "high_95",
        score.high(),
        "mean_nll",
        score.meanNll(),
        "tokens",
        score.tokens(),
        "chunks",
        score.chunks());
  }
}
