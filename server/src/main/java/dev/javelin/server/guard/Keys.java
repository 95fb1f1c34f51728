package dev.javelin.server.guard;

import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.ConfigurationException;
import dev.javelin.server.config.Setting;
import dev.javelin.server.http.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Who has a key. Keeps SHA-256 digests only, compares each of them with every key shown, in
 * constant time, so that the time says nothing. Keys of a file are read again when the file
 * changes; a file that makes no sense leaves the old keys in place.
 */
public final class Keys {
  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final int SALT_DIGITS = 16;

  private record Key(byte[] digest, Caller caller) {}

  /** What tells that a file has changed. */
  private record Stamp(FileTime modified, long size) {}

  private final boolean shareCaches;
  private final Path file;
  private final Consumer<String> log;
  private final List<Key> fixed = new ArrayList<>();
  private volatile List<Key> all;
  private Stamp stamp;
  private long lookedNanos;

  /**
   * @param log told when the file of keys was read again, or could not be
   */
  public Keys(Configuration configuration, Consumer<String> log) {
    this.shareCaches = configuration.flag(Setting.CACHE_SHARED);
    this.log = log;
    int number = 0;
    for (String key : configuration.list(Setting.API_KEY)) {
      fixed.add(key("key-" + ++number, false, key));
    }
    number = 0;
    for (String key : configuration.list(Setting.ADMIN_KEY)) {
      fixed.add(key("admin-" + ++number, true, key));
    }
    file =
        configuration.isGiven(Setting.API_KEY_FILE)
            ? Path.of(configuration.text(Setting.API_KEY_FILE))
            : null;
    all = fixed;
    if (file != null) {
      try {
        stamp = stamp();
        all = read();
      } catch (IOException e) {
        throw new ConfigurationException(
            file + ": the file of keys cannot be read: " + e.getMessage(), e);
      }
      if (all.isEmpty()) {
        throw new ConfigurationException(
            file + ": holds no key; write lines of: name use|admin key");
      }
    }
    lookedNanos = System.nanoTime();
  }

  /** Whether a key is needed at all. */
  public boolean areNeeded() {
    return file != null || !fixed.isEmpty();
  }

  /** The owner of a key, if it is one. */
  public Optional<Caller> find(String key) {
    look();
    byte[] digest = sha256(key);
    Caller found = null;
    for (Key candidate : all) {
      if (MessageDigest.isEqual(candidate.digest, digest)) {
        found = candidate.caller;
      }
    }
    return Optional.ofNullable(found);
  }

  private synchronized void look() {
    long now = System.nanoTime();
    if (file == null || now - lookedNanos < LOOK_NANOS) {
      return;
    }
    lookedNanos = now;
    try {
      Stamp found = stamp();
      if (!found.equals(stamp)) {
        List<Key> fresh = read();
        stamp = found;
        all = fresh;
        log.accept("the file of keys was read again: " + fresh.size() + " keys");
      }
    } catch (IOException | ConfigurationException e) {
      log.accept("the file of keys cannot be read, the old keys stay: " + e.getMessage());
    }
  }

  private Stamp stamp() throws IOException {
    return new Stamp(Files.getLastModifiedTime(file), Files.size(file));
  }

  private List<Key> read() throws IOException {
    List<Key> result = new ArrayList<>(fixed);
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      String[] parts = text.split("\\s+");
      boolean admin = parts.length == 3 && parts[1].equals("admin");
      if (!admin && !(parts.length == 3 && parts[1].equals("use"))) {
        throw new ConfigurationException(
            file + ": line " + number + " must be: name use|admin key");
      }
      result.add(key(parts[0], admin, parts[2]));
    }
    return List.copyOf(result);
  }

  private Key key(String name, boolean admin, String key) {
    byte[] digest = sha256(key);
    byte[] salt = sha256("cache of " + HexFormat.of().formatHex(digest));
    String cacheSalt = shareCaches ? "" : HexFormat.of().formatHex(salt).substring(0, SALT_DIGITS);
    return new Key(digest, new Caller(name, admin, cacheSalt));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
