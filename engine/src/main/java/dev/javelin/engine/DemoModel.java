package dev.javelin.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The model that comes with Javelin: a resource of this module, copied once to the user's cache
 * folder so that it can be mapped like any other file. The copy's name carries its checksum, which
 * is verified before each use.
 */
public final class DemoModel {
  private static final String NAME = "javelin-demo-harmony";
  private static final String RESOURCE = "demo/" + NAME + ".gguf";
  private static final int NAMED_DIGITS = 12;

  private DemoModel() {}

  /** The file, extracted if it is not there yet or was damaged. */
  public static Path file() {
    try {
      String wanted = checksum();
      Path folder = cacheFolder();
      Path file = folder.resolve(NAME + "-" + wanted.substring(0, NAMED_DIGITS) + ".gguf");
      if (!Files.isRegularFile(file) || !sha256(file).equals(wanted)) {
        extract(folder, file, wanted);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded model could not be extracted", e);
    }
  }

  /** SHA-256 of the resource, as hex, as recorded beside it. */
  static String checksum() throws IOException {
    try (InputStream in = open(RESOURCE + ".sha256")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    }
  }

  private static void extract(Path folder, Path file, String wanted) throws IOException {
    Path temporary = Files.createTempFile(folder, NAME, ".part");
    try (InputStream in = open(RESOURCE)) {
      Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
      String found = sha256(temporary);
      if (!found.equals(wanted)) {
        throw new IOException("checksum of the embedded model is " + found + ", must be " + wanted);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static InputStream open(String resource) throws IOException {
    InputStream in = DemoModel.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IOException("this build holds no " + resource);
    }
    return in;
  }

  /**
   * {@code javelin.cache}, else the system's place for caches, else the folder for temporary files.
   */
  static Path cacheFolder() throws IOException {
    Path home = Path.of(System.getProperty("user.home", "."));
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    Path folder;
    if (System.getProperty("javelin.cache") != null) {
      folder = Path.of(System.getProperty("javelin.cache"));
    } else if (System.getenv("XDG_CACHE_HOME") != null) {
      folder = Path.of(System.getenv("XDG_CACHE_HOME"), "javelin");
    } else if (system.startsWith("mac")) {
      folder = home.resolve("Library/Caches/javelin");
    } else if (system.startsWith("windows") && System.getenv("LOCALAPPDATA") != null) {
      folder = Path.of(System.getenv("LOCALAPPDATA"), "javelin", "cache");
    } else {
      folder = home.resolve(".cache/javelin");
    }
    try {
      Files.createDirectories(folder);
      if (Files.isWritable(folder)) {
        return folder;
      }
    } catch (IOException e) {
      // A read-only home is no reason to fail: the folder for temporary files will do.
    }
    return Files.createDirectories(
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "javelin-" + System.getProperty("user.name", "user")));
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
