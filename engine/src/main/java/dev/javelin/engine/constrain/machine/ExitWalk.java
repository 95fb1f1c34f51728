package dev.javelin.engine.constrain.machine;

import dev.javelin.engine.constrain.TokenMask;
import dev.javelin.engine.constrain.TokenTrie;
import java.util.HashMap;
import java.util.Map;

/**
 * The part of a mask that needs the stack: tokens that go on behind the end of a lexeme, and, when
 * the budget is short, tokens inside a lexeme that would make the rest too long.
 */
final class ExitWalk {
  /**
   * Ambiguous grammars can go on in thousands of ways behind each of thousands of heads; beyond
   * this, tokens across an end are left out. Those up to an end are not, so that no way is lost.
   */
  private static final int MAX_STEPS = 500_000;

  private final TokenTrie trie;
  private final TokenMask mask;
  private final int limit;
  private final Costs costs; // null: no budget
  private final Config[] path; // by depth below the exit
  private int highestCost;
  private int steps;

  ExitWalk(TokenTrie trie, TokenMask mask, int limit, Costs costs) {
    this.trie = trie;
    this.mask = mask;
    this.limit = limit;
    this.costs = costs;
    this.path = new Config[trie.maxDepth() + 1];
  }

  int highestCost() {
    return highestCost;
  }

  /** Allows the tokens that leave the lexeme of this head. */
  void behind(Head head, LexemeMask lexemeMask) {
    int anyState = head.lexeme().anyStringState(head.state());
    int onlyLabel = anyState < 0 ? -1 : head.lexeme().anyStringLabel(head.state());
    Map<Integer, Config> after = new HashMap<>();
    for (int i = 0; i < lexemeMask.exitNodes().length && steps < MAX_STEPS; i++) {
      int label = anyState < 0 ? lexemeMask.exitLabels()[i] : onlyLabel;
      path[0] = after.computeIfAbsent(label, l -> Config.after(head.frame(), l));
      steps += path[0].closed().steps();
      walk(lexemeMask.exitNodes()[i]);
    }
  }

  /** Allows the tokens below a node whose remaining bytes the configuration in path[0] can read. */
  private void walk(int top) {
    int end = trie.end(top);
    int topDepth = trie.depth(top);
    for (int node = top + 1; node < end && steps < MAX_STEPS; ) {
      int depth = trie.depth(node) - topDepth;
      steps += path[depth - 1].steps();
      Config to = path[depth - 1].nextCached(trie.byteAt(node));
      if (to == null) {
        node = trie.end(node);
        continue;
      }
      path[depth] = to;
      if (trie.tokenStart(node) < trie.tokenStart(node + 1)
          && isWithinLimit(costs == null ? 0 : costs.of(to))) {
        allow(node);
      }
      node++;
    }
  }

  /** Takes note of tokens inside a lexeme that were allowed elsewhere. */
  void countInside(int cost) {
    highestCost = Math.max(highestCost, cost);
  }

  private boolean isWithinLimit(int cost) {
    if (cost > limit) {
      return false;
    }
    highestCost = Math.max(highestCost, cost);
    return true;
  }

  private void allow(int node) {
    for (int t = trie.tokenStart(node); t < trie.tokenStart(node + 1); t++) {
      mask.allow(trie.token(t));
    }
  }

  /**
   * Allows the tokens that stay inside the lexeme of this head and leave enough of the budget.
   * Starts from all that stay inside and takes away; what leads to any string content of one label
   * (most keys) is judged as a whole.
   */
  void inside(Head head, LexemeMask lexemeMask) {
    TokenMask kept = new TokenMask(trie.vocabularySize());
    lexemeMask.addInside(kept);
    Lexeme lexeme = head.lexeme();
    int[] states = new int[trie.maxDepth() + 1];
    states[0] = head.state();
    Map<Integer, Integer> byState = new HashMap<>();
    Map<Integer, Boolean> labelInTime = new HashMap<>();
    int lastState = -1; // most tokens lead to the same few states
    boolean lastAllowed = false;
    int end = trie.nodeCount();
    for (int node = 1; node < end; ) {
      int depth = trie.depth(node);
      int to = lexeme.next(states[depth - 1], trie.byteAt(node));
      if (to == Lexeme.DEAD || isAnyStringInTime(head, to, labelInTime)) {
        node = trie.end(node);
        continue;
      }
      states[depth] = to;
      if (trie.tokenStart(node) < trie.tokenStart(node + 1)) {
        if (to != lastState) {
          lastState = to;
          int state = to;
          int cost =
              byState.computeIfAbsent(to, s -> costs.of(new Head(lexeme, state, head.frame())));
          lastAllowed = isWithinLimit(cost);
        }
        for (int t = trie.tokenStart(node); t < trie.tokenStart(node + 1) && !lastAllowed; t++) {
          kept.forbid(trie.token(t));
        }
      }
      node++;
    }
    mask.or(kept);
  }

  /**
   * Whether from here only any string content of one label follows, and wherever that stops there
   * is time to end.
   */
  private boolean isAnyStringInTime(Head head, int state, Map<Integer, Boolean> labelInTime) {
    if (head.lexeme().anyStringState(state) < 0) {
      return false;
    }
    return labelInTime.computeIfAbsent(
        head.lexeme().anyStringLabel(state),
        label ->
            isWithinLimit(
                Costs.sum(Costs.MAX_INSIDE_CHARACTER + 1, head.frame().cost(label, costs))));
  }
}
