package dev.javelin.engine.constrain.machine;

import dev.javelin.engine.constrain.TokenMask;
import dev.javelin.engine.constrain.TokenTrie;
import java.util.Arrays;

/**
 * Makes the mask of one lexeme state by walking the vocabulary. For states that are nearly "any
 * string" (the middle of a key, say) it starts from that mask instead and corrects only what
 * differs.
 */
final class LexemeWalk {
  private static final int SPARSE = 512;

  private final TokenTrie trie;
  private final Lexeme lexeme;
  private final int[] states; // by depth
  private final TokenMask inside;
  private int[] exitNodes = new int[16];
  private int[] exitLabels = new int[16];
  private int exits;

  LexemeWalk(TokenTrie trie, Lexeme lexeme) {
    this.trie = trie;
    this.lexeme = lexeme;
    this.states = new int[trie.maxDepth() + 1];
    this.inside = new TokenMask(trie.vocabularySize());
  }

  LexemeMask full(int state) {
    states[0] = state;
    int end = trie.nodeCount();
    for (int node = 1; node < end; ) {
      int depth = trie.depth(node);
      int to = lexeme.next(states[depth - 1], trie.byteAt(node));
      if (to == Lexeme.DEAD) {
        node = trie.end(node);
        continue;
      }
      states[depth] = to;
      for (int t = trie.tokenStart(node); t < trie.tokenStart(node + 1); t++) {
        inside.allow(trie.token(t));
      }
      addExit(node, to);
      node++;
    }
    return result();
  }

  private void addExit(int node, int state) {
    int label = lexeme.label(state);
    if (label >= 0 && trie.end(node) > node + 1) {
      addExitLabel(node, label);
    }
  }

  private void addExitLabel(int node, int label) {
    if (exits == exitNodes.length) {
      exitNodes = Arrays.copyOf(exitNodes, 2 * exits);
      exitLabels = Arrays.copyOf(exitLabels, 2 * exits);
    }
    exitNodes[exits] = node;
    exitLabels[exits++] = label;
  }

  /**
   * As {@link #full}, from the mask of the body of any string. Visits only what does not lead to an
   * any-string state.
   *
   * @param base the mask of {@link AnyString#BODY}
   */
  LexemeMask difference(int state, LexemeMask base) {
    base.addInside(inside);
    states[0] = state;
    int end = trie.nodeCount();
    int baseExit = 0; // exits of the base below the current node have been copied or dropped
    for (int node = 1; node < end; ) {
      int depth = trie.depth(node);
      int to = lexeme.next(states[depth - 1], trie.byteAt(node));
      int next;
      if (to == Lexeme.DEAD) {
        next = trie.end(node);
        for (int t = trie.tokenStart(node); t < trie.tokenStart(next); t++) {
          inside.forbid(trie.token(t));
        }
        baseExit = skipExits(base, baseExit, next);
      } else if (lexeme.anyStringState(to) >= 0) {
        next = trie.end(node);
        for (;
            baseExit < base.exitNodes().length && base.exitNodes()[baseExit] < next;
            baseExit++) {
          addExitLabel(base.exitNodes()[baseExit], lexeme.anyStringLabel(to));
        }
      } else {
        states[depth] = to;
        baseExit = skipExits(base, baseExit, node + 1);
        addExit(node, to);
        next = node + 1;
      }
      node = next;
    }
    return result();
  }

  private static int skipExits(LexemeMask base, int from, int below) {
    int exit = from;
    while (exit < base.exitNodes().length && base.exitNodes()[exit] < below) {
      exit++;
    }
    return exit;
  }

  private LexemeMask result() {
    int[] nodes = Arrays.copyOf(exitNodes, exits);
    int[] labels = Arrays.copyOf(exitLabels, exits);
    int count = inside.count();
    if (count > SPARSE) {
      return new LexemeMask(inside, null, nodes, labels);
    }
    int[] sparse = new int[count];
    int token = -1;
    for (int i = 0; i < count; i++) {
      token = inside.nextAllowed(token + 1);
      sparse[i] = token;
    }
    return new LexemeMask(null, sparse, nodes, labels);
  }
}
