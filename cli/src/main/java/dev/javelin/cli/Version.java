package dev.javelin.cli;

import dev.javelin.tensor.Hardware;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/**
 * What {@code --version} prints: the program's version, the Java it runs on, and how it computes.
 */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "javelin " + number(),
      "Java "
          + Runtime.version()
          + ", "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch")
          + ", "
          + Hardware.description()
    };
  }

  /** For example {@code 0.1.0}; the build writes it. */
  static String number() {
    var properties = new Properties();
    try (var resource = Version.class.getResourceAsStream("version.properties")) {
      properties.load(resource);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return properties.getProperty("version");
  }
}
