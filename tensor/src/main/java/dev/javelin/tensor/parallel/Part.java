package dev.javelin.tensor.parallel;

/** What the threads of a {@link WorkerPool} are busy with, for {@link TimeMeter}. */
public enum Part {
  /** Products, with packing their activations. */
  MATRICES,
  ATTENTION,
  /** Which experts a row goes to. */
  ROUTER,
  /** Norms, rotations, activations, sums: what is done row by row. */
  ROWS
}
