package dev.javelin.engine;

/**
 * What the engine is doing, as of the end of its last step.
 *
 * @param steps since the model was opened
 * @param running sequences that hold blocks
 * @param waiting sequences that do not
 * @param preemptions how often a running sequence lost its blocks to another
 * @param freeBlocks of the first layer group
 */
public record EngineCounters(long steps, int running, int waiting, long preemptions, int freeBlocks) {
  static final EngineCounters NONE = new EngineCounters(0, 0, 0, 0, 0);
}
