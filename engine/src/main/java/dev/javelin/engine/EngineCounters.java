package dev.javelin.engine;

import dev.javelin.kvcache.KvCounters;

/**
 * What the engine is doing, as of a moment ago: at most {@code 20 ms} while it works.
 *
 * @param steps since the model was opened
 * @param stepNanos that all those steps took
 * @param forwardNanos of them, in the model's forward pass; the rest is scheduling, sampling and
 *     bookkeeping
 * @param running sequences that hold blocks
 * @param waiting sequences that do not
 * @param preemptions how often a running sequence lost its blocks to another
 */
public record EngineCounters(
    long steps,
    long stepNanos,
    long forwardNanos,
    int running,
    int waiting,
    long preemptions,
    KvCounters cache) {
  static final EngineCounters NONE = new EngineCounters(0, 0, 0, 0, 0, 0, KvCounters.NONE);
}
