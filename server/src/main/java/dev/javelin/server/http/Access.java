package dev.javelin.server.http;

/** Who may use a route. */
public enum Access {
  /** Everybody, also without a key. */
  OPEN,
  /** Whoever has a key, if the server has keys. */
  USE,
  /** Whoever has an admin's key. */
  ADMIN
}
