package dev.javelin.engine;

/** The model is not open: still loading, or closed. */
public final class ModelNotReady extends EngineException {
  private static final long serialVersionUID = 1L;

  public ModelNotReady(String message) {
    super(message, null);
  }

  @Override
  public String code() {
    return "model_not_ready";
  }
}
