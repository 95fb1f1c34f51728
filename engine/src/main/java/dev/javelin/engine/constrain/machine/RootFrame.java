package dev.javelin.engine.constrain.machine;

/** The bottom of every stack: when it is resumed, the whole text is complete. */
final class RootFrame extends Frame {
  static final RootFrame INSTANCE = new RootFrame();

  private RootFrame() {
    super(null, 1);
  }

  @Override
  void resume(int label, Closure closure) {
    closure.accept();
  }

  @Override
  int ownCost(int label, Costs costs) {
    return 0;
  }

  @Override
  boolean sameAs(Frame other) {
    return true;
  }
}
