package dev.javelin.cli;

import dev.javelin.engine.Evaluation;
import dev.javelin.engine.LanguageModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Keeps the likeliest token of each evaluated position, and the ten likeliest of the last. */
final class LogitSummary implements Evaluation {
  private static final int SHOWN = 10;

  private final List<Integer> argmax = new ArrayList<>();
  private final float[] last;

  LogitSummary(int vocabularySize) {
    this.last = new float[vocabularySize];
  }

  @Override
  public void row(int position, float[] logits, int offset) {
    System.arraycopy(logits, offset, last, 0, last.length);
    int best = 0;
    for (int id = 1; id < last.length; id++) {
      if (last[id] > last[best]) {
        best = id;
      }
    }
    argmax.add(best);
  }

  Map<String, Object> toJson(LanguageModel model, int tokens, long loadNanos, long nanos) {
    var json = new LinkedHashMap<String, Object>();
    json.put("model", model.info().name());
    json.put("tokens", tokens);
    json.put("positions", argmax.size());
    json.put("vocabulary", last.length);
    json.put("argmax", argmax.getLast());
    json.put("argmax_by_position", argmax);
    json.put(
        "top",
        top().stream()
            .map(
                id ->
                    ResultJson.ordered(
                        "id",
                        id,
                        "logit",
                        last[id],
                        "text",
                        model.tokenizer().decode(new int[] {id})))
            .toList());
    json.put(
        "timings",
        ResultJson.ordered(
            "load_ms", ResultJson.millis(loadNanos),
            "forward_ms", ResultJson.millis(nanos),
            "tokens_per_second", nanos == 0 ? 0 : tokens * 1e9 / nanos));
    return json;
  }

  private List<Integer> top() {
    return IntStream.range(0, last.length)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer id) -> -last[id])
                .thenComparing(Comparator.naturalOrder()))
        .limit(SHOWN)
        .toList();
  }
}
