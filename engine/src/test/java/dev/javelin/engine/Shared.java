package dev.javelin.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds reference data that is not committed; a test without it is skipped and says what was
 * missing.
 */
public final class Shared {
  private Shared() {}

  /** A file or folder under {@code javelin.shared}; skips the test if it is not there. */
  public static Path path(String relative) {
    Optional<Path> found = find(relative);
    Assumptions.assumeTrue(
        found.isPresent(), () -> "reference data not there: " + relative + " (see javelin.shared)");
    return found.orElseThrow();
  }

  public static Optional<Path> find(String relative) {
    String root = System.getProperty("javelin.shared", "");
    if (root.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(Path.of(root).resolve(relative)).filter(Files::exists);
  }
}
