package dev.javelin.server.api;

import java.security.SecureRandom;

/** Names for what the server makes: a prefix that says what it is, and 24 letters and digits. */
public final class Ids {
  private static final String ALPHABET =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final int LENGTH = 24;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Ids() {}

  public static String next(String prefix) {
    StringBuilder id = new StringBuilder(prefix);
    for (int i = 0; i < LENGTH; i++) {
      id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return id.toString();
  }

  /** Now, in the wire's seconds. */
  public static long nowSeconds() {
    return System.currentTimeMillis() / 1000;
  }
}
