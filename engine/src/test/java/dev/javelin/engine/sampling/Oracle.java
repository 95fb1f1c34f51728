package dev.javelin.engine.sampling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The sampler chain as its formulas say it: everything sorted, everything in double precision,
 * nothing reused.
 */
final class Oracle {
  /** A cut this close to its bound may fall either way in float. */
  private static final double CLOSE = 1e-5;

  /** Probability of each token; 0 for those that were cut. */
  final double[] probabilities;

  /** True if a cut was too close to call. */
  boolean ambiguous;

  /**
   * @param history prompt and answer
   * @param promptTokens how many of it are the prompt's
   */
  Oracle(float[] logits, SamplingParameters p, int[] history, int promptTokens) {
    double[] scores = new double[logits.length];
    for (int id = 0; id < scores.length; id++) {
      scores[id] = logits[id] + p.logitBias().getOrDefault(id, 0f);
    }
    penalize(scores, p, history, promptTokens);
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < scores.length; id++) {
      ids.add(id);
    }
    ids.sort(Comparator.<Integer>comparingDouble(id -> -scores[id]).thenComparing(id -> id));
    ids = topK(ids, scores, p.topK());
    ids = topP(ids, scores, p.topP());
    ids = minP(ids, scores, p.minP());
    probabilities = new double[scores.length];
    double best = scores[ids.getFirst()];
    double total = 0;
    for (int id : ids) {
      probabilities[id] = Math.exp((scores[id] - best) / p.temperature());
      total += probabilities[id];
    }
    for (int id : ids) {
      probabilities[id] /= total;
    }
  }

  private static void penalize(
      double[] scores, SamplingParameters p, int[] history, int promptTokens) {
    boolean[] recent = new boolean[scores.length];
    for (int i = Math.max(0, history.length - p.penaltyWindow()); i < history.length; i++) {
      recent[history[i]] = true;
    }
    int[] written = new int[scores.length];
    for (int i = promptTokens; i < history.length; i++) {
      written[history[i]]++;
    }
    for (int id = 0; id < scores.length; id++) {
      if (recent[id]) {
        scores[id] =
            scores[id] > 0
                ? scores[id] / p.repetitionPenalty()
                : scores[id] * p.repetitionPenalty();
      }
      scores[id] -=
          (written[id] > 0 ? p.presencePenalty() : 0) + written[id] * (double) p.frequencyPenalty();
    }
  }

  private List<Integer> topK(List<Integer> ids, double[] scores, int k) {
    if (k <= 0 || k >= ids.size()) {
      return ids;
    }
    double gap = scores[ids.get(k - 1)] - scores[ids.get(k)];
    ambiguous |= gap > 0 && gap < CLOSE;
    return ids.subList(0, k);
  }

  private List<Integer> topP(List<Integer> ids, double[] scores, double p) {
    if (p >= 1) {
      return ids;
    }
    double total = 0;
    for (int id : ids) {
      total += Math.exp(scores[id] - scores[ids.getFirst()]);
    }
    double sum = 0;
    for (int kept = 1; kept <= ids.size(); kept++) {
      sum += Math.exp(scores[ids.get(kept - 1)] - scores[ids.getFirst()]) / total;
      ambiguous |= Math.abs(sum - p) < CLOSE;
      if (sum >= p) {
        if (kept < ids.size()) {
          double gap = scores[ids.get(kept - 1)] - scores[ids.get(kept)];
          ambiguous |= gap > 0 && gap < CLOSE;
        }
        return ids.subList(0, kept);
      }
    }
    return ids;
  }

  private List<Integer> minP(List<Integer> ids, double[] scores, double minP) {
    double best = scores[ids.getFirst()];
    List<Integer> kept = new ArrayList<>();
    for (int id : ids) {
      double ratio = Math.exp(scores[id] - best);
      ambiguous |= minP > 0 && Math.abs(ratio - minP) < CLOSE * minP;
      if (ratio >= minP) {
        kept.add(id);
      }
    }
    return kept;
  }
}
