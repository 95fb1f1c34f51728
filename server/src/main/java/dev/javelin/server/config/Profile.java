package dev.javelin.server.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/** Values that go together. */
public enum Profile {
  /** On one's own machine: text logs, nothing strict. */
  DEVELOPMENT(Map.of()),
  /** For others: JSON logs, limits for each key. */
  PRODUCTION(
      Map.of(
          Setting.LOG, "json",
          Setting.REQUESTS_PER_MINUTE, "600",
          Setting.MAX_QUEUE, "128")),
  /** In tests: any port, no warm-up, no cache, strict. */
  TESTING(
      Map.of(
          Setting.PORT, "0",
          Setting.WARM_UP, "false",
          Setting.CACHE, "false",
          Setting.STRICT, "true",
          Setting.LOG, "off"));

  private final Map<Setting, String> values;

  Profile(Map<Setting, String> values) {
    this.values = values;
  }

  Map<Setting, String> settings() {
    return values;
  }

  static Profile parse(String text) {
    return Arrays.stream(values())
        .filter(profile -> profile.name().equals(text.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "profile must be development, production or testing, not " + text));
  }
}
