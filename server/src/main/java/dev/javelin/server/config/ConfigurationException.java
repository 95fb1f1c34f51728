package dev.javelin.server.config;

/**
 * A setting has a value that makes no sense; the message names both, and where the value comes
 * from.
 */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigurationException(String message) {
    super(message);
  }

  public ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
