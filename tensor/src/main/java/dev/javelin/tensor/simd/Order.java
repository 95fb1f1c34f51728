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
   * For Q4_K and Q5_K, whose nibbles are read as {@link Words}: for each vector of them the low
   * nibbles of bytes 0 and 1, the high ones of the same, then bytes 2 and 3. The sums of the groups
   * of 32 columns follow behind the last column: for each block of 256 eight zeros and eight sums,
   * which is how {@link SixBitFactors} writes scales and offsets.
   */
  NIBBLE_WORDS(128),
  /** The same for Q6_K, whose high nibbles are 64 and not 32 columns away; without sums. */
  FAR_NIBBLE_WORDS(128),
  /** As they are, for products in scalar form. */
  SCALAR(1);

  /** As Species has it, which must not be touched where there are no vectors. */
  private static final int LANES = Math.max(4, SimdSupport.BITS / Float.SIZE);

  private final int group;

  Order(int group) {
    this.group = group;
  }

  /** Columns of a group. */
  int group() {
    return group;
  }

  /** Which column stands at {@code place} of a group. */
  int column(int place) {
    return switch (this) {
      case PLAIN, SCALAR -> place;
      case EVERY_FOURTH -> (place & 3) * 4 + (place >> 2);
      case NIBBLE_WORDS -> 64 * (byteAt(place) >> 5) + 32 * high(place) + (byteAt(place) & 31);
      case FAR_NIBBLE_WORDS -> 64 * high(place) + byteAt(place);
    };
  }

  /** Which of 64 bytes of nibbles, in {@link Words}: vectors of words, two bytes of each first. */
  private static int byteAt(int place) {
    int vector = place / LANES;
    int word = vector / 8 * LANES + place % LANES;
    return 4 * word + 2 * (vector >> 2 & 1) + (vector & 1);
  }

  private static int high(int place) {
    return place / LANES >> 1 & 1;
  }
}
