package dev.javelin.server.guard;

import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.ConfigurationException;
import dev.javelin.server.config.Setting;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Refuses to offer a server without keys to everybody by mistake. */
public final class BindSafety {
  private BindSafety() {}

  /** Whether the configured address can be reached from this machine only. */
  public static boolean isLoopback(Configuration configuration) {
    String host = configuration.text(Setting.HOST);
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new ConfigurationException("host " + host + " is unknown", e);
    }
  }

  /**
   * Checks where the server is about to listen.
   *
   * @throws ConfigurationException if others could use it without a key
   */
  public static void check(Configuration configuration, Keys keys) {
    if (!keys.areNeeded()
        && !configuration.flag(Setting.ALLOW_PUBLIC)
        && !isLoopback(configuration)) {
      throw new ConfigurationException(
          "without keys the server listens on 127.0.0.1 only, not on "
              + configuration.text(Setting.HOST)
              + ": set --api-key or --api-key-file, or say --allow-public");
    }
  }
}
