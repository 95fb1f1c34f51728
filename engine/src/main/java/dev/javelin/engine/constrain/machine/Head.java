package dev.javelin.engine.constrain.machine;

/** A place in the grammar: inside a lexeme, above a stack of frames. */
record Head(Lexeme lexeme, int state, Frame frame) {
  @Override
  public boolean equals(Object o) {
    return o instanceof Head h && lexeme == h.lexeme && state == h.state && frame.equals(h.frame);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * System.identityHashCode(lexeme) + state) + frame.hashCode();
  }
}
