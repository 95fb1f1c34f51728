package dev.javelin.server.http;

/**
 * Who makes a call.
 *
 * @param name of the key, for logs and limits; never the key itself
 * @param admin whether admin routes are open to it
 * @param cacheSalt what keeps this caller's cached prompts and answers from others
 */
public record Caller(String name, boolean admin, String cacheSalt) {
  /** Somebody without a key. */
  public static final Caller ANONYMOUS = new Caller("anonymous", false, "");

  /** Everybody, on a server that has no keys: whoever can reach it owns it. */
  public static final Caller OWNER = new Caller("owner", true, "");
}
