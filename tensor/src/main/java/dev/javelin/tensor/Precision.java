package dev.javelin.tensor;

/** How far a matrix product may round its activations. */
public enum Precision {
  /** 32-bit float activations: the error is that of float sums alone. */
  EXACT,
  /** Activations rounded to 8 bits or fewer per block where that is faster. */
  FAST
}
