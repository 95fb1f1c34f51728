package dev.javelin.clients;

import dev.javelin.server.JavelinServer;
import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.Profile;
import dev.javelin.server.config.Setting;
import java.util.Map;

/** A server with the demo model. It is not strict: clients may send fields that it does not know. */
final class Demo {
  private Demo() {}

  static JavelinServer start() {
    JavelinServer server = JavelinServer.start(Configuration.of(Profile.TESTING, Map.of(Setting.API_KEY, "key-of-a-test")));
    server.awaitReady();
    return server;
  }

  static String baseUrl(JavelinServer server) {
    return server.uri().resolve("/v1").toString();
  }
}
