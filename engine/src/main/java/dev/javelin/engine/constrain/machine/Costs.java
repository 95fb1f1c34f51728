package dev.javelin.engine.constrain.machine;

import dev.javelin.engine.constrain.TokenTrie;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * How many tokens it takes to finish: an upper bound that can always be kept. Each lexeme is
 * finished along a fixed shortest text, cut into as few tokens as that text allows; grammars add up
 * their lexemes. Since the text behind a token of such a path is again such a path, every step
 * along it lowers the bound by one: a sequence that begins within its budget ends within it. Safe
 * for many threads.
 */
public final class Costs {
  /** No vocabulary entry spells some byte that is needed. */
  public static final int IMPOSSIBLE = 1 << 28;

  /**
   * Longest escape of a character, with its quote: more than any state inside a character is away
   * from the next.
   */
  static final int MAX_INSIDE_CHARACTER = 13;

  private static final int MAX_REMEMBERED = 100_000;

  private static final int UNMET = Integer.MAX_VALUE;

  /** The way from a lexeme state to its nearest end. */
  record Ending(int tokens, int label) {}

  private record Place(Lexeme lexeme, int state) {}

  /** What a node costs, given those that are settled. */
  private record Offer(Node node, int tokens) {}

  /** A place between two members of an object or two items of an array. */
  record Rest(Node node, Object place) {}

  private final TokenTrie trie;
  private final Map<Place, Ending> endings = new HashMap<>();
  private final Map<Node, Integer> nodes = new IdentityHashMap<>();
  private final Map<Rest, Integer> rests = new ConcurrentHashMap<>();
  private final Map<ObjectNode, ObjectKeys> keys = new ConcurrentHashMap<>();
  private final boolean solved;

  public Costs(TokenTrie trie, Node root) {
    this.trie = trie;
    solve(root);
    solved = true;
  }

  /**
   * The least fixed point. As Dijkstra's algorithm, with Knuth's generalization to grammars: a node
   * costs at least what each part of it costs, so the cheapest of those not yet settled is right.
   */
  private void solve(Node root) {
    Map<Node, Set<Node>> users = new IdentityHashMap<>();
    List<Node> all = new ArrayList<>(List.of(root));
    users.put(root, new LinkedHashSet<>());
    for (int i = 0; i < all.size(); i++) {
      for (Node child : all.get(i).children()) {
        if (!users.containsKey(child)) {
          users.put(child, new LinkedHashSet<>());
          all.add(child);
        }
        users.get(child).add(all.get(i));
      }
    }
    PriorityQueue<Offer> offers = new PriorityQueue<>(Comparator.comparingInt(Offer::tokens));
    all.forEach(node -> offer(node, offers));
    for (Offer cheapest = offers.poll(); cheapest != null; cheapest = offers.poll()) {
      if (nodes.putIfAbsent(cheapest.node, cheapest.tokens) == null) {
        users.get(cheapest.node).forEach(node -> offer(node, offers));
      }
    }
  }

  private void offer(Node node, PriorityQueue<Offer> offers) {
    int tokens = nodes.containsKey(node) ? IMPOSSIBLE : node.cost(this);
    if (tokens < IMPOSSIBLE) {
      offers.add(new Offer(node, tokens));
    }
  }

  /** Tokens for the shortest text of a node. */
  int of(Node node) {
    return nodes.getOrDefault(node, IMPOSSIBLE);
  }

  int of(Lexeme lexeme) {
    return ending(lexeme, lexeme.start()).tokens;
  }

  static int sum(int a, int b) {
    return Math.min(IMPOSSIBLE, a + b);
  }

  static int times(int count, int cost) {
    return (int) Math.min(IMPOSSIBLE, (long) count * cost);
  }

  /** Tokens that finish the whole text from this configuration. */
  public int of(Config config) {
    int best = IMPOSSIBLE;
    for (Head head : config.rawHeads()) {
      best = Math.min(best, of(head));
    }
    return best;
  }

  int of(Head head) {
    Ending ending = ending(head.lexeme(), head.state());
    return ending.tokens >= IMPOSSIBLE
        ? IMPOSSIBLE
        : sum(ending.tokens, head.frame().cost(ending.label, this));
  }

  /** At least what {@link #of(Head)} says for any state of this lexeme above this frame. */
  int boundAbove(Head head) {
    int inside = head.lexeme().farthest();
    return inside >= IMPOSSIBLE
        ? IMPOSSIBLE
        : sum(inside + MAX_INSIDE_CHARACTER, head.frame().highestCost(this));
  }

  /**
   * A sum that is asked for again and again; until the fixed point is found, it may still change.
   */
  int remembered(Rest rest, IntSupplier work) {
    Integer known = solved ? rests.get(rest) : null;
    if (known == null) {
      known = work.getAsInt();
      if (solved && rests.size() < MAX_REMEMBERED) {
        rests.put(rest, known);
      }
    }
    return known;
  }

  /** The keys of an object; made once. */
  ObjectKeys keys(ObjectNode node, Supplier<ObjectKeys> make) {
    return keys.computeIfAbsent(node, n -> make.get());
  }

  Ending ending(Lexeme lexeme, int state) {
    synchronized (endings) {
      Ending known = endings.get(new Place(lexeme, state));
      if (known != null) {
        return known;
      }
      if (endings.size() > MAX_REMEMBERED) {
        endings.clear();
      }
    }
    return work(lexeme, state);
  }

  /**
   * Follows the fixed text to its end, or to where it is remembered. Behind that place the tokens
   * are remembered, too, of which as many are looked at as a token may reach.
   */
  private Ending work(Lexeme lexeme, int from) {
    int length = lexeme.bytesToEnd(from);
    if (length > 1 << 22) {
      return new Ending(IMPOSSIBLE, 0);
    }
    int[] states = new int[length + 1];
    byte[] text = new byte[length];
    int[] tokens = new int[length + 1]; // from position i to the end
    int label = -1;
    int met = UNMET;
    states[0] = from;
    for (int i = 0; i < length && i - trie.maxDepth() < met; i++) {
      text[i] = (byte) lexeme.nearestByte(states[i]);
      states[i + 1] = lexeme.next(states[i], text[i] & 0xFF);
      Ending known = remembered(lexeme, states[i + 1]);
      if (known == null) {
        met = UNMET;
      } else {
        met = Math.min(met, i + 1);
        tokens[i + 1] = known.tokens;
        label = known.label;
      }
    }
    if (met == UNMET) {
      label = lexeme.label(states[length]);
      tokens[length] = 0;
    }
    int last = Math.min(length, met);
    spell(text, last, tokens);
    synchronized (endings) {
      for (int i = 0; i <= last; i++) {
        endings.put(new Place(lexeme, states[i]), new Ending(tokens[i], label));
      }
    }
    return new Ending(tokens[0], label);
  }

  /** For each position of a text the fewest tokens that spell it from there to the end. */
  int[] tokens(byte[] text) {
    int[] tokens = new int[text.length + 1];
    spell(text, text.length, tokens);
    return tokens;
  }

  /** The same for the positions before {@code last}, behind which they are known. */
  private void spell(byte[] text, int last, int[] tokens) {
    for (int i = last - 1; i >= 0; i--) {
      tokens[i] = IMPOSSIBLE;
      int node = 0;
      for (int j = i; j < text.length; j++) {
        node = trie.child(node, text[j] & 0xFF);
        if (node < 0) {
          break;
        }
        if (trie.tokenStart(node) < trie.tokenStart(node + 1)) {
          tokens[i] = Math.min(tokens[i], sum(1, tokens[j + 1]));
        }
      }
    }
  }

  private Ending remembered(Lexeme lexeme, int state) {
    synchronized (endings) {
      return endings.get(new Place(lexeme, state));
    }
  }
}
