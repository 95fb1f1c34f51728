package dev.javelin.engine.constrain.machine;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The keys of an object, each written as short as it can be: how many tokens it takes, and which is
 * nearest. Worked out when first asked for. Safe for many threads.
 */
final class ObjectKeys {
  private static final byte[] EMPTY_STRING = {'"', '"'};

  private final DfaLexeme keys; // null: any string, label 0
  private final Costs costs;
  private final byte[][] texts; // by label; null as long as it is not known
  private final int[] tokens;
  private int[] nearest;

  ObjectKeys(DfaLexeme keys, int labels, Costs costs) {
    this.keys = keys;
    this.costs = costs;
    this.texts = new byte[labels][];
    this.tokens = new int[labels];
  }

  /** Tokens for a key with this label. */
  synchronized int tokens(int label) {
    if (tokens[label] == 0) {
      byte[] text = text(label);
      tokens[label] = text.length == 0 ? Costs.IMPOSSIBLE : costs.tokens(text)[0];
    }
    return tokens[label];
  }

  /** The labels that have keys, the shortest first, in the order in which bytes are tried. */
  synchronized int[] nearest() {
    if (nearest == null) {
      nearest =
          IntStream.range(0, texts.length)
              .boxed()
              .filter(label -> text(label).length > 0)
              .sorted(
                  Comparator.<Integer>comparingInt(label -> text(label).length)
                      .thenComparing(this::text, Arrays::compareUnsigned))
              .mapToInt(Integer::intValue)
              .toArray();
    }
    return nearest;
  }

  /** Empty if there is no such key. */
  private byte[] text(int label) {
    if (texts[label] == null) {
      texts[label] = keys == null ? EMPTY_STRING : keys.nearestText(label);
    }
    return texts[label];
  }
}
