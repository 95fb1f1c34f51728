package dev.javelin.tensor.simd;

/** An order of the columns inside each group of so many. */
enum Order {
  /** As they are. */
  PLAIN(1),
  /**
   * Four runs: 0 4 8 12, 1 5 9 13, 2 6 10 14, 3 7 11 15. When 16 bytes are read as 4 ints, byte j
   * of each int belongs to run j, so that two shifts give a vector of weights.
   */
  EVERY_FOURTH(16),
  /**
   * For Q4_K and Q5_K, whose 64 bytes of nibbles are read as 16 ints: low nibbles of bytes 0 and 1
   * of each, high ones of the same, then bytes 2 and 3. The sums of the groups of 32 columns follow
   * behind the last column: for each block of 256 eight zeros and eight sums, which is how {@link
   * SixBitFactors} writes scales and offsets.
   */
  NIBBLE_WORDS(128),
  /** The same for Q6_K, whose high nibbles are 64 and not 32 columns away; without sums. */
  FAR_NIBBLE_WORDS(128),
  /** As they are, for products in scalar form. */
  SCALAR(1);

  private final int[] columns;

  Order(int group) {
    columns = new int[group];
    for (int place = 0; place < group; place++) {
      columns[place] = column(place);
    }
  }

  /** Columns of a group. */
  int group() {
    return columns.length;
  }

  /** The columns of a group in this order; not to be changed. */
  int[] columns() {
    return columns;
  }

  /** Which column stands at {@code place} of a group. */
  int column(int place) {
    return switch (this) {
      case PLAIN, SCALAR -> place;
      case EVERY_FOURTH -> (place & 3) * 4 + (place >> 2);
      case NIBBLE_WORDS -> 64 * (place >> 3 & 1) + 32 * (place >> 5 & 1) + inWords(place);
      case FAR_NIBBLE_WORDS -> 32 * (place >> 3 & 1) + 64 * (place >> 5 & 1) + inWords(place);
    };
  }

  /** Which of eight words, and which byte of it. */
  private static int inWords(int place) {
    return 4 * (place & 7) + (place >> 4 & 1) + 2 * (place >> 6);
  }
}
