package dev.javelin.engine.constrain.machine;

import dev.javelin.engine.constrain.TokenMask;

/**
 * What one lexeme state says about the vocabulary: the tokens that stay inside the lexeme (or end
 * exactly at its end), and the trie nodes at which the lexeme may end with more token to come -
 * there the stack below decides.
 *
 * @param dense tokens inside; null if there are few
 * @param sparse tokens inside, if they are few
 * @param exitNodes trie nodes, ascending
 * @param exitLabels what has been read at each
 */
record LexemeMask(TokenMask dense, int[] sparse, int[] exitNodes, int[] exitLabels) {
  void addInside(TokenMask mask) {
    if (dense != null) {
      mask.or(dense);
    } else {
      for (int token : sparse) {
        mask.allow(token);
      }
    }
  }
}
