package dev.javelin.tensor.simd;

/** An order of the columns inside each group of 16. */
enum Order {
  /** As they are. */
  PLAIN,
  /**
   * Four runs: 0 4 8 12, 1 5 9 13, 2 6 10 14, 3 7 11 15. When 16 bytes are read as 4 ints, byte j
   * of each int belongs to run j, so that two shifts give a vector of weights.
   */
  EVERY_FOURTH,
  /** As they are, for products in scalar form. */
  SCALAR;

  static final int GROUP = 16;

  /** Which column stands at {@code place} of a group. */
  int column(int place) {
    return switch (this) {
      case PLAIN, SCALAR -> place;
      case EVERY_FOURTH -> (place & 3) * 4 + (place >> 2);
    };
  }
}
