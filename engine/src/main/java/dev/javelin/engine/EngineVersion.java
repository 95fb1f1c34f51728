package dev.javelin.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this engine, as the build wrote it. */
final class EngineVersion {
  static final String NUMBER = read();

  private EngineVersion() {}

  private static String read() {
    Properties properties = new Properties();
    try (InputStream in = EngineVersion.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("version.properties cannot be read", e);
    }
    return properties.getProperty("version");
  }
}
