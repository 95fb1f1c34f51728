package dev.javelin.tensor;

/** How far a matrix product may round its activations. */
public enum Precision {
  /** 32-bit float activations: the error is that of float sums alone. */
  EXACT,
  /** Activations rounded to integers, with one scale for 32, where that is faster. */
  FAST
}
