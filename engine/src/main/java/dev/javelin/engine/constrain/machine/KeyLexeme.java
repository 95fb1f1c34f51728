package dev.javelin.engine.constrain.machine;

import java.util.BitSet;

/**
 * A view of an object's key automaton in which only some keys are still open: those already written
 * are closed, and so is every beginning that only they continue.
 */
final class KeyLexeme extends Lexeme {
  private final DfaLexeme all;
  private final BitSet open;
  private final BitSet wanted;
  private int[] toWanted;
  private int[] toOpen;

  /**
   * @param open labels that may still come
   * @param wanted labels that the shortest completion should aim at; a subset of open
   */
  KeyLexeme(DfaLexeme all, BitSet open, BitSet wanted) {
    this.all = all;
    this.open = open;
    this.wanted = wanted;
  }

  @Override
  public int start() {
    return all.start();
  }

  @Override
  public int next(int state, int b) {
    int to = all.next(state, b);
    if (to == DEAD) {
      return DEAD;
    }
    BitSet reach = all.reach(to);
    return reach == null || reach.intersects(open) ? to : DEAD;
  }

  @Override
  public int label(int state) {
    int label = all.label(state);
    return label >= 0 && open.get(label) ? label : -1;
  }

  @Override
  boolean isNearAnyString(int state) {
    boolean near = false;
    for (int b = 'a'; b <= 'z' && !near && all.isNearAnyString(state); b++) {
      int to = next(state, b);
      near = to != DEAD && all.anyStringState(to) >= 0;
    }
    return near;
  }

  /**
   * Universal regions have one label: if it is closed they are dead, so that what is alive is open.
   */
  @Override
  int anyStringState(int state) {
    return all.anyStringState(state);
  }

  @Override
  int anyStringLabel(int state) {
    return all.anyStringLabel(state);
  }

  @Override
  int bytesToEnd(int state) {
    int length = all.bytesToEnd(state, toWanted());
    return length < Integer.MAX_VALUE ? length : all.bytesToEnd(state, toOpen());
  }

  @Override
  int nearestByte(int state) {
    boolean toWanted = all.bytesToEnd(state, toWanted()) < Integer.MAX_VALUE;
    return all.nearestByte(state, toWanted ? toWanted() : toOpen());
  }

  @Override
  int farthest() {
    return DfaLexeme.farthest(toOpen());
  }

  private synchronized int[] toWanted() {
    if (toWanted == null) {
      toWanted = all.distances(wanted::get);
    }
    return toWanted;
  }

  private synchronized int[] toOpen() {
    if (toOpen == null) {
      toOpen = open.equals(wanted) ? toWanted() : all.distances(open::get);
    }
    return toOpen;
  }
}
