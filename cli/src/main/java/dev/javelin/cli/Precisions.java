package dev.javelin.cli;

import dev.javelin.tensor.Precision;

/** {@code exact}, {@code fast}. */
final class Precisions extends Names<Precision> {
  Precisions() {
    super(Precision.class);
  }
}
