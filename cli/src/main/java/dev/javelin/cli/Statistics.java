package dev.javelin.cli;

import dev.javelin.engine.EngineCounters;
import dev.javelin.engine.FinishReason;
import dev.javelin.engine.GenerationResult;
import java.util.Locale;

/** The one line that says how fast an answer came. */
final class Statistics {
  private Statistics() {}

  static String line(GenerationResult result) {
    var usage = result.usage();
    var timings = result.timings();
    return String.format(
        Locale.ROOT,
        "[prefill %d tokens%s, %.1f t/s | decode %d tokens, %.1f t/s | first token after %.3f s%s]",
        usage.promptTokens(),
        usage.cachedTokens() > 0 ? " (" + usage.cachedTokens() + " cached)" : "",
        timings.prefillTokensPerSecond(usage),
        usage.completionTokens(),
        timings.decodeTokensPerSecond(usage),
        timings.timeToFirstTokenNanos() / 1e9,
        ending(result.finishReason()));
  }

  /** Where the cache's blocks are. */
  static String blocks(EngineCounters counters) {
    var cache = counters.cache();
    return String.format(
        Locale.ROOT,
        "[blocks: %d in use, %d shared, %d cached, of %d | prefix cache: %d of %d prompt tokens found]",
        cache.inUseBlocks(),
        cache.sharedBlocks(),
        cache.cachedBlocks(),
        cache.blocks(),
        cache.hitTokens(),
        cache.queriedTokens());
  }

  private static String ending(FinishReason reason) {
    return switch (reason) {
      case STOP, TOOL_CALLS -> "";
      case LENGTH -> " | cut at the token limit";
      case CANCELLED -> " | interrupted";
      case DEADLINE -> " | out of time";
    };
  }
}
