package dev.javelin.engine.constrain.machine;

import dev.javelin.engine.constrain.automaton.CharDfa;
import java.util.function.LongToIntFunction;

/**
 * How one character of a text may be written in bytes: UTF-8, and inside JSON strings also as an
 * escape. Works on keys (phase, automaton state, block): the phase says what bytes may come, the
 * block which characters they decide between.
 *
 * <pre>
 *   raw      c | C2..DF t | E0..EF t t | F0..F4 t t t         t = tail byte 80..BF carrying 6 bits
 *   short    \" \\ \/ \b \f \n \r \t
 *   hex      \\u h h h h                                       each digit carries 4 bits
 *   pair     \\u D 8-B h h  \\u D C-F h h                       high surrogate 10 bits, low surrogate 10 bits
 * </pre>
 */
final class Spelling {
  static final int OPEN = 0;
  static final int BODY = 1;
  static final int CLOSED = 2;
  static final int ESCAPE = 3;
  static final int HEX_4 = 4;
  static final int HEX_3 = 5;
  static final int HEX_2 = 6;
  static final int HEX_1 = 7;
  static final int HIGH_2 = 8;
  static final int HIGH_1 = 9;
  static final int LOW_BACKSLASH = 10;
  static final int LOW_U = 11;
  static final int LOW_D = 12;
  static final int LOW_3 = 13;
  static final int LOW_2 = 14;
  static final int LOW_1 = 15;
  static final int TAIL_1 = 16;
  static final int TAIL_2 = 17;
  static final int TAIL_3 = 18;

  /** Characters open in each phase. */
  private static final int[] BLOCK_SIZE = {
    1, 1, 1, 1, 0x10000, 0x1000, 0x100, 0x10, 0x40000, 0x4000, 0x400, 0x400, 0x400, 0x400, 0x100,
    0x10, 0x40, 0x1000, 0x40000
  };

  /** Bytes that still belong to the character, at least. */
  private static final int[] BYTES_LEFT = {0, 0, 0, 1, 4, 3, 2, 1, 8, 7, 6, 5, 4, 3, 2, 1, 1, 2, 3};

  private static final int MIXED = -2;

  private final CharDfa dfa;
  private final boolean quoted;

  Spelling(CharDfa dfa, boolean quoted) {
    this.dfa = dfa;
    this.quoted = quoted;
  }

  /** Block -1: all characters of the phase lead to the automaton state {@code q}. */
  static long key(int phase, int q, int block) {
    return (long) q << 32 | (long) (block + 1) << 8 | phase;
  }

  static int phase(long key) {
    return (int) (key & 0xFF);
  }

  static int dfaState(long key) {
    return (int) (key >> 32);
  }

  static int block(long key) {
    return (int) (key >> 8 & 0xFFFFFF) - 1;
  }

  static boolean isMixed(long key) {
    return (key >> 8 & 0xFFFFFF) != 0;
  }

  static long withDfaState(long key, int q) {
    return key(phase(key), q, block(key));
  }

  /**
   * The first character of a block that its bytes can really spell: overlong forms do not count.
   */
  static int firstOf(long key) {
    int lo = block(key);
    return lo == 0 && phase(key) == TAIL_2 ? 0x800 : lo == 0 && phase(key) == TAIL_3 ? 0x10000 : lo;
  }

  /** The last one. */
  static int lastOf(long key) {
    return block(key) + BLOCK_SIZE[phase(key)] - 1;
  }

  /** The state that all characters of lo..hi lead to: a target, DEAD, or MIXED. */
  private int uniform(int q, int lo, int hi) {
    int[] e = dfa.edges(q);
    for (int k = 0; k < e.length; k += 3) {
      if (e[k + 1] >= lo) {
        return e[k] > hi ? CharDfa.DEAD : e[k] <= lo && e[k + 1] >= hi ? e[k + 2] : MIXED;
      }
    }
    return CharDfa.DEAD;
  }

  /** Fills the moves of one state; {@code intern} turns keys into states. */
  void fill(long key, int[] row, LongToIntFunction intern) {
    int q = dfaState(key);
    switch (phase(key)) {
      case OPEN -> row['"'] = intern.applyAsInt(key(BODY, q, -1));
      case BODY -> fillBody(q, row, intern);
      case CLOSED -> {}
      case ESCAPE -> fillEscape(q, row, intern);
      case LOW_BACKSLASH -> row['\\'] = intern.applyAsInt(key(LOW_U, q, block(key)));
      case LOW_U -> row['u'] = intern.applyAsInt(key(LOW_D, q, block(key)));
      case LOW_D -> {
        row['D'] = intern.applyAsInt(key(LOW_3, q, block(key)));
        row['d'] = row['D'];
      }
      default -> fillDigits(key, row, intern);
    }
  }

  private void fillBody(int q, int[] row, LongToIntFunction intern) {
    for (int b = 0; b < 0x80; b++) {
      if (!quoted || b >= 0x20 && b != '"' && b != '\\') {
        int to = dfa.next(q, b);
        row[b] = to == CharDfa.DEAD ? Lexeme.DEAD : intern.applyAsInt(key(BODY, to, -1));
      }
    }
    for (int b = 0xC2; b < 0xE0; b++) {
      row[b] = open(TAIL_1, q, (b & 0x1F) << 6, false, intern);
    }
    for (int b = 0xE0; b < 0xF0; b++) {
      row[b] = open(TAIL_2, q, (b & 0x0F) << 12, b == 0xE0 || b == 0xED, intern);
    }
    for (int b = 0xF0; b < 0xF5; b++) {
      row[b] = open(TAIL_3, q, (b & 0x07) << 18, b == 0xF0 || b == 0xF4, intern);
    }
    if (quoted) {
      row['\\'] = dfa.edges(q).length == 0 ? Lexeme.DEAD : intern.applyAsInt(key(ESCAPE, q, -1));
      row['"'] =
          dfa.label(q) == CharDfa.NO_LABEL
              ? Lexeme.DEAD
              : intern.applyAsInt(key(CLOSED, dfa.label(q), -1));
    }
  }

  private void fillEscape(int q, int[] row, LongToIntFunction intern) {
    String letters = "\"\\/bfnrt";
    String characters = "\"\\/\b\f\n\r\t";
    for (int i = 0; i < letters.length(); i++) {
      int to = dfa.next(q, characters.charAt(i));
      row[letters.charAt(i)] =
          to == CharDfa.DEAD ? Lexeme.DEAD : intern.applyAsInt(key(BODY, to, -1));
    }
    row['u'] = intern.applyAsInt(key(HEX_4, q, 0));
  }

  /** Phases where a byte is a digit (base 16, or base 64 for tails) that narrows the block. */
  private void fillDigits(long key, int[] row, LongToIntFunction intern) {
    int phase = phase(key);
    boolean tail = phase >= TAIL_1;
    int radix = tail ? 64 : 16;
    for (int digit = 0; digit < radix; digit++) {
      int to = afterDigit(key, phase, digit, intern);
      if (to != Lexeme.DEAD) {
        if (tail) {
          row[0x80 | digit] = to;
        } else {
          row[Character.forDigit(digit, 16)] = to;
          row[Character.toUpperCase(Character.forDigit(digit, 16))] = to;
        }
      }
    }
  }

  private int afterDigit(long key, int phase, int digit, LongToIntFunction intern) {
    int q = dfaState(key);
    int lo = block(key);
    boolean mixed = isMixed(key);
    return switch (phase) {
      case HEX_4 -> open(HEX_3, q, digit << 12, digit == 0xD, intern);
      case HEX_3 -> {
        if (mixed && lo == 0xD000 && digit >= 8) {
          yield digit >= 12
              ? Lexeme.DEAD
              : open(HIGH_2, q, 0x10000 + (digit - 8) * 0x40000, false, intern);
        }
        yield narrow(HEX_2, q, mixed, lo + digit * 0x100, intern);
      }
      case HEX_2 -> narrow(HEX_1, q, mixed, lo + digit * 0x10, intern);
      case HIGH_2 -> narrow(HIGH_1, q, mixed, lo + digit * 0x4000, intern);
      case HIGH_1 -> narrow(LOW_BACKSLASH, q, mixed, lo + digit * 0x400, intern);
      case LOW_3 ->
          digit < 12 ? Lexeme.DEAD : narrow(LOW_2, q, mixed, lo + (digit - 12) * 0x100, intern);
      case LOW_2 -> narrow(LOW_1, q, mixed, lo + digit * 0x10, intern);
      case TAIL_3 -> {
        int child =
            lo + digit * 0x1000; // F0 80..8F would be overlong, F4 90.. above the last character
        yield mixed && (child < 0x10000 || child > 0x10FFFF)
            ? Lexeme.DEAD
            : narrow(TAIL_2, q, mixed, child, intern);
      }
      case TAIL_2 -> {
        int child = lo + digit * 0x40; // E0 80..9F would be overlong
        yield mixed && child < 0x800 ? Lexeme.DEAD : narrow(TAIL_1, q, mixed, child, intern);
      }
      default -> { // HEX_1, LOW_1, TAIL_1: the character is complete
        int to = mixed ? dfa.next(q, lo + digit) : q;
        yield to == CharDfa.DEAD ? Lexeme.DEAD : intern.applyAsInt(key(BODY, to, -1));
      }
    };
  }

  private int narrow(int phase, int q, boolean mixed, int lo, LongToIntFunction intern) {
    return mixed ? open(phase, q, lo, false, intern) : intern.applyAsInt(key(phase, q, -1));
  }

  /**
   * A state for a block; keeps the block open if its second digit has rules of its own (overlong,
   * surrogates).
   */
  private int open(int phase, int q, int lo, boolean special, LongToIntFunction intern) {
    int to = uniform(q, lo, lo + BLOCK_SIZE[phase] - 1);
    if (special && phase == HEX_3) {
      to = MIXED;
      if (uniform(q, 0xD000, 0xD7FF) == CharDfa.DEAD
          && uniform(q, 0x10000, 0x10FFFF) == CharDfa.DEAD) {
        return Lexeme.DEAD;
      }
    } else if (special && to != CharDfa.DEAD) {
      to = MIXED;
      int first = phase == TAIL_2 && lo == 0 ? 0x800 : phase == TAIL_3 && lo == 0 ? 0x10000 : lo;
      if (uniform(q, first, lo + BLOCK_SIZE[phase] - 1) == CharDfa.DEAD) {
        return Lexeme.DEAD;
      }
    }
    return to == CharDfa.DEAD
        ? Lexeme.DEAD
        : intern.applyAsInt(to == MIXED ? key(phase, q, lo) : key(phase, to, -1));
  }

  /**
   * Bytes from a state to the nearest end. {@code toLabel}: bytes from each automaton state to a
   * wanted label.
   */
  static int bytesToEnd(CharDfa dfa, boolean quoted, long key, int[] toLabel) {
    int phase = phase(key);
    int q = dfaState(key);
    int quote = quoted ? 1 : 0;
    if (phase == CLOSED) {
      return 0;
    }
    if (phase == OPEN || phase == BODY) {
      return plus(toLabel[q], quote + (phase == OPEN ? 1 : 0));
    }
    if (phase != ESCAPE && !isMixed(key)) {
      return plus(toLabel[q], quote + BYTES_LEFT[phase]);
    }
    int best = Integer.MAX_VALUE;
    int lo = phase == ESCAPE ? 0 : firstOf(key);
    int hi = phase == ESCAPE ? 0x10FFFF : lastOf(key);
    int[] e = dfa.edges(q);
    for (int k = 0; k < e.length; k += 3) {
      if (e[k] <= hi && e[k + 1] >= lo) {
        best =
            Math.min(
                best,
                plus(
                    toLabel[e[k + 2]],
                    phase == ESCAPE ? escapeBytes(e[k], e[k + 1]) : BYTES_LEFT[phase]));
      } else if (lo == 0xD000 && phase == HEX_3 && e[k + 1] > 0xFFFF) {
        best = Math.min(best, plus(toLabel[e[k + 2]], 9));
      } else if (lo == 0 && phase == HEX_4 && e[k + 1] > 0xFFFF) {
        best = Math.min(best, plus(toLabel[e[k + 2]], 10));
      }
    }
    return plus(best, quote);
  }

  /** Bytes behind the backslash for the cheapest escape of a range. */
  private static int escapeBytes(int lo, int hi) {
    for (char c : new char[] {'"', '\\', '/', '\b', '\f', '\n', '\r', '\t'}) {
      if (lo <= c && c <= hi) {
        return 1;
      }
    }
    return lo <= 0xFFFF ? 5 : 11;
  }

  private static int plus(int a, int b) {
    return a == Integer.MAX_VALUE ? a : a + b;
  }

  /** Bytes of the cheapest spelling of a character between lo and hi. */
  static int cheapest(int lo, int hi, boolean quoted) {
    if (lo >= 0x80) {
      return lo < 0x800 ? 2 : lo < 0x10000 ? 3 : 4;
    }
    if (!quoted) {
      return 1;
    }
    for (int c = Math.max(lo, 0x20); c <= Math.min(hi, 0x7F); c++) {
      if (c != '"' && c != '\\') {
        return 1;
      }
    }
    int best = hi >= 0x80 ? 2 : 6;
    for (char c : new char[] {'"', '\\', '\b', '\f', '\n', '\r', '\t'}) {
      best = lo <= c && c <= hi ? Math.min(best, 2) : best;
    }
    return best;
  }
}
