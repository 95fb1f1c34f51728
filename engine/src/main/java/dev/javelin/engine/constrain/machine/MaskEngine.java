package dev.javelin.engine.constrain.machine;

import dev.javelin.engine.constrain.TokenMask;
import dev.javelin.engine.constrain.TokenTrie;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes the mask of a configuration: for each head what its lexeme says (kept, see {@link MaskCache}), and behind the
 * ends of lexemes a walk over the few tokens that go on. Safe for many threads.
 */
public final class MaskEngine {
  private static final int KEPT_MASKS = 64;

  private final TokenTrie trie;
  private final MaskCache shared;
  private final MaskCache own;
  private final Map<Config, TokenMask> finished =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Config, TokenMask> eldest) {
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
    synchronized (finished) {
      TokenMask known = finished.get(config);
      if (known != null) {
        return known;
      }
    }
    TokenMask mask = new TokenMask(trie.vocabularySize());
    Config[] path = new Config[trie.maxDepth() + 1];
    for (Head head : config.closed().heads()) {
      addHead(head, mask, path);
    }
    synchronized (finished) {
      finished.put(config, mask);
    }
    return mask;
  }

  private void addHead(Head head, TokenMask mask, Config[] path) {
    LexemeMask lexemeMask = lexemeMask(head.lexeme(), head.state());
    lexemeMask.addInside(mask);
    int anyState = head.lexeme().anyStringState(head.state());
    int onlyLabel = anyState < 0 ? -1 : head.lexeme().anyStringLabel(head.state());
    Map<Integer, Config> after = new HashMap<>();
    for (int i = 0; i < lexemeMask.exitNodes().length; i++) {
      int label = anyState < 0 ? lexemeMask.exitLabels()[i] : onlyLabel;
      path[0] = after.computeIfAbsent(label, l -> Config.after(head.frame(), l));
      walk(lexemeMask.exitNodes()[i], path, mask);
    }
  }

  /** Allows the tokens below a node whose remaining bytes the configuration in path[0] can read. */
  private void walk(int top, Config[] path, TokenMask mask) {
    int end = trie.end(top);
    int topDepth = trie.depth(top);
    for (int node = top + 1; node < end; ) {
      int depth = trie.depth(node) - topDepth;
      Config to = path[depth - 1].nextCached(trie.byteAt(node));
      if (to == null) {
        node = trie.end(node);
        continue;
      }
      path[depth] = to;
      for (int t = trie.tokenStart(node); t < trie.tokenStart(node + 1); t++) {
        mask.allow(trie.token(t));
      }
      node++;
    }
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
