package dev.javelin.kvcache;

/** Root of this module's errors. */
public class KvCacheException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public KvCacheException(String message) {
    super(message);
  }
}
