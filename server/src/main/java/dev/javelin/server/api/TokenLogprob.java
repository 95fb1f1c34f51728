package dev.javelin.server.api;

import dev.javelin.engine.TokenLogProbability;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One token's log-probability, as chat completions report it. */
public record TokenLogprob(
    String token, double logprob, List<Integer> bytes, List<Top> topLogprobs) {
  /** JSON has no minus infinity; OpenAI writes this. */
  private static final double NEVER = -9999.0;

  /** An alternative. */
  public record Top(String token, double logprob, List<Integer> bytes) {}

  public static TokenLogprob of(TokenLogProbability token) {
    return new TokenLogprob(
        text(token),
        finite(token),
        bytes(token),
        token.top().stream().map(top -> new Top(text(top), finite(top), bytes(top))).toList());
  }

  public static String text(TokenLogProbability token) {
    return new String(token.bytes(), StandardCharsets.UTF_8);
  }

  public static double finite(TokenLogProbability token) {
    return Math.max(NEVER, token.logProbability());
  }

  private static List<Integer> bytes(TokenLogProbability token) {
    List<Integer> result = new ArrayList<>();
    for (byte b : token.bytes()) {
      result.add(b & 0xff);
    }
    return result;
  }
}
