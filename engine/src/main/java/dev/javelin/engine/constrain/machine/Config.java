package dev.javelin.engine.constrain.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All places where a text may be in its grammar at once. Immutable; equal configurations allow the
 * same continuations. The heads are those right after the last byte; what they open without reading
 * on is worked out when first needed.
 */
public final class Config {
  private final Head[] heads;
  private final int hash;
  private volatile Closed closed;
  private volatile Config[] successors; // by byte, as far as known; NONE = no such text

  private static final Config NONE = new Config(new Head[0]);

  /**
   * Heads including all that begin here, and whether the text may end.
   *
   * @param steps how long it took to find them
   */
  record Closed(Head[] heads, boolean accepts, int steps) {}

  private Config(Head[] heads) {
    this.heads = heads;
    int h = 0;
    for (Head head : heads) {
      h += head.hashCode(); // order does not matter
    }
    this.hash = h;
  }

  /** The beginning of a grammar. */
  public static Config start(Node root) {
    Closure closure = new Closure();
    closure.enter(root, RootFrame.INSTANCE);
    closure.run();
    Config config = new Config(closure.heads());
    config.closed = close(closure);
    return config;
  }

  private static Closed close(Closure closure) {
    return new Closed(closure.heads(), closure.accepts(), closure.steps());
  }

  Closed closed() {
    Closed result = closed;
    if (result == null) {
      Closure closure = new Closure();
      for (Head head : heads) {
        closure.add(head);
      }
      closure.run();
      result = close(closure);
      closed = result;
    }
    return result;
  }

  /** A frame resumed on its own: what may follow a completed lexeme. */
  static Config after(Frame frame, int label) {
    Closure closure = new Closure();
    closure.complete(frame, label);
    closure.run();
    Config config = new Config(closure.heads());
    config.closed = close(closure);
    return config;
  }

  /** After one more byte; null if the grammar has no such text. */
  public Config next(int b) {
    Head first = null;
    List<Head> more = null;
    Set<Head> seen = null;
    for (Head head : closed().heads) {
      int to = head.lexeme().next(head.state(), b);
      if (to != Lexeme.DEAD) {
        Head moved = to == head.state() ? head : new Head(head.lexeme(), to, head.frame());
        if (first == null) {
          first = moved;
        } else {
          if (seen == null) {
            more = new ArrayList<>(List.of(first));
            seen = new HashSet<>(more);
          }
          if (seen.add(moved)) {
            more.add(moved);
          }
        }
      }
    }
    if (first == null) {
      return null;
    }
    return new Config(more == null ? new Head[] {first} : more.toArray(Head[]::new));
  }

  /** The same, remembered: for walks over a vocabulary, which come by again and again. */
  Config nextCached(int b) {
    Config[] known = successors;
    if (known == null) {
      known = new Config[256];
      successors = known;
    }
    Config result = known[b];
    if (result == null) {
      result = next(b);
      known[b] =
          result == null
              ? NONE
              : result; // a race computes the same value twice; fields are final or volatile
    }
    return result == NONE ? null : result;
  }

  /** Steps of reading on from here: to find all heads if that is still to do, and to ask them. */
  int steps() {
    boolean known = closed != null;
    Closed all = closed();
    return all.heads.length + (known ? 0 : all.steps);
  }

  Head[] rawHeads() {
    return heads;
  }

  /** Whether the text may end here. */
  public boolean accepts() {
    return closed().accepts;
  }

  /** Whether any byte may follow. */
  public boolean continues() {
    for (int b = 0; b < 256; b++) {
      if (canRead(b)) {
        return true;
      }
    }
    return false;
  }

  private boolean canRead(int b) {
    for (Head head : closed().heads) {
      if (head.lexeme().next(head.state(), b) != Lexeme.DEAD) {
        return true;
      }
    }
    return false;
  }

  /** The only byte that may follow, -1 if there are several, none, or the text may also end. */
  public int forcedByte() {
    int found = -1;
    for (int b = 0; b < 256; b++) {
      if (canRead(b)) {
        if (found >= 0) {
          return -1;
        }
        found = b;
      }
    }
    return accepts() ? -1 : found;
  }

  @Override
  public boolean equals(Object o) {
    if (!(o instanceof Config c) || hash != c.hash || heads.length != c.heads.length) {
      return false;
    }
    if (heads.length == 1) {
      return heads[0].equals(c.heads[0]);
    }
    return new HashSet<>(Arrays.asList(heads)).equals(new HashSet<>(Arrays.asList(c.heads)));
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
