package dev.javelin.engine.constrain.machine;

import dev.javelin.engine.constrain.TokenMask;
import dev.javelin.engine.constrain.TokenTrie;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes the mask of a configuration: for each head what its lexeme says (kept, see {@link
 * MaskCache}), and behind the ends of lexemes a walk over the few tokens that go on. Safe for many
 * threads.
 */
public final class MaskEngine {
  private static final int KEPT_MASKS = 64;

  private final TokenTrie trie;
  private final MaskCache shared;
  private final MaskCache own;
  private final Map<Config, Finished> finished =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Config, Finished> eldest) {
          return size() > KEPT_MASKS;
        }
      };

  /**
   * @param shared masks of lexemes that all constraints of this vocabulary have in common
   */
  public MaskEngine(TokenTrie trie, MaskCache shared) {
    this.trie = trie;
    this.shared = shared;
    this.own = new MaskCache(256);
  }

  public TokenTrie trie() {
    return trie;
  }

  /** The mask of a configuration; shared, not to be modified. */
  public TokenMask mask(Config config) {
    return finished(config, null).mask;
  }

  /**
   * The tokens behind which the text can still be finished with at most {@code limit} more.
   *
   * @param limit at least one less than the configuration itself needs, see {@link Costs}
   */
  public TokenMask mask(Config config, int limit, Costs costs) {
    Finished all = finished(config, costs);
    return all.highestCost <= limit ? all.mask : make(config, limit, costs).mask;
  }

  /** A mask, and at most how many tokens it takes to finish behind any of its tokens. */
  private record Finished(TokenMask mask, int highestCost) {}

  private Finished finished(Config config, Costs costs) {
    synchronized (finished) {
      Finished known = finished.get(config);
      if (known != null && (costs == null || known.highestCost >= 0)) {
        return known;
      }
    }
    Finished made = make(config, Integer.MAX_VALUE, costs);
    synchronized (finished) {
      finished.put(config, made);
    }
    return made;
  }

  private Finished make(Config config, int limit, Costs costs) {
    TokenMask mask = new TokenMask(trie.vocabularySize());
    ExitWalk exits = new ExitWalk(trie, mask, limit, costs);
    int highest = 0;
    for (Head head : config.closed().heads()) {
      LexemeMask lexemeMask = lexemeMask(head.lexeme(), head.state());
      int bound = costs == null ? 0 : costs.boundAbove(head);
      if (bound <= limit) {
        lexemeMask.addInside(mask);
        highest = Math.max(highest, bound);
      } else if (head.frame().hasOneCost() && head.lexeme().farthest() == 1) {
        exits.countInside(Math.min(limit, bound));
        int left = limit - head.frame().cost(0, costs);
        if (left >= 0) {
          inTime(head, left, costs).addInside(mask);
        }
      } else {
        exits.inside(head, lexemeMask);
      }
      exits.behind(head, lexemeMask);
    }
    return new Finished(mask, costs == null ? -1 : Math.max(highest, exits.highestCost()));
  }

  /**
   * Strings with an open end, near the limit: which tokens leave them with at most {@code left}
   * tokens to go.
   */
  private record InTime(Object family, int left) {}

  private LexemeMask inTime(Head head, int left, Costs costs) {
    MaskCache cache = head.lexeme().isShared() ? shared : own;
    InTime family = new InTime(head.lexeme().family(), left);
    LexemeMask known = cache.get(family, head.lexeme().maskKey(head.state()));
    if (known == null) {
      TokenMask inside = new TokenMask(trie.vocabularySize());
      new ExitWalk(trie, inside, left, costs)
          .inside(
              new Head(head.lexeme(), head.state(), RootFrame.INSTANCE),
              lexemeMask(head.lexeme(), head.state()));
      known = new LexemeMask(inside, null, new int[0], new int[0]);
      cache.put(family, head.lexeme().maskKey(head.state()), known);
    }
    return known;
  }

  private LexemeMask lexemeMask(Lexeme lexeme, int state) {
    int any = lexeme.anyStringState(state);
    if (any >= 0 && lexeme != StringLexeme.ANY) {
      return lexemeMask(StringLexeme.ANY, any);
    }
    MaskCache cache = lexeme.isShared() ? shared : own;
    LexemeMask known = cache.get(lexeme.family(), lexeme.maskKey(state));
    if (known == null) {
      LexemeWalk walk = new LexemeWalk(trie, lexeme);
      known =
          lexeme.isNearAnyString(state)
              ? walk.difference(state, lexemeMask(StringLexeme.ANY, AnyString.BODY))
              : walk.full(state);
      cache.put(lexeme.family(), lexeme.maskKey(state), known);
    }
    return known;
  }
}
