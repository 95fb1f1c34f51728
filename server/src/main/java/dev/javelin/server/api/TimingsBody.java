package dev.javelin.server.api;

import dev.javelin.engine.GenerationResult;

/**
 * Where the time of a generation went; beside {@code usage} in answers that are not streamed and in
 * the last chunk.
 */
public record TimingsBody(
    double queueMs,
    double prefillMs,
    double decodeMs,
    double prefillTokensPerSecond,
    double decodeTokensPerSecond) {
  public static TimingsBody of(GenerationResult result) {
    return new TimingsBody(
        result.timings().queueNanos() / 1e6,
        result.timings().prefillNanos() / 1e6,
        result.timings().decodeNanos() / 1e6,
        result.timings().prefillTokensPerSecond(result.usage()),
        result.timings().decodeTokensPerSecond(result.usage()));
  }
}
