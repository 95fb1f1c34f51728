package dev.javelin.engine;

/** The request needs more key/value blocks than the pool has in all. */
public final class PoolExhausted extends EngineException {
  private static final long serialVersionUID = 1L;

  public PoolExhausted(String message) {
    super(message, null);
  }

  @Override
  public String code() {
    return "pool_exhausted";
  }
}
