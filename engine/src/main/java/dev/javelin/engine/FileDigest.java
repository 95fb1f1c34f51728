package dev.javelin.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * SHA-256 of models, every byte. Large files take seconds, so each file's is remembered in the
 * cache folder for a file of the same path, size, time of change and identity.
 */
final class FileDigest {
  private static final Pattern PART = Pattern.compile("(.*-)\\d{5}(-of-\\d{5}\\.gguf)");
  private static final int BUFFER_BYTES = 1 << 20;

  private FileDigest() {}

  /**
   * The digest of a model as hex: of a single file as {@code sha256sum} prints it; of one in parts,
   * or of a folder, that of the lines which {@code sha256sum} prints for all its files.
   */
  static String ofModel(Path path) throws IOException {
    List<Path> files = files(path);
    if (files.size() == 1) {
      return sha256(files.getFirst());
    }
    MessageDigest all = digest();
    for (Path file : files) {
      String line = sha256(file) + "  " + file.getFileName() + "\n";
      all.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return hex(all.digest());
  }

  private static List<Path> files(Path path) throws IOException {
    Matcher part = PART.matcher(path.getFileName().toString());
    boolean folder = Files.isDirectory(path);
    if (!folder && !part.matches()) {
      return List.of(path);
    }
    try (Stream<Path> all = Files.list(folder ? path : path.toAbsolutePath().getParent())) {
      return all.filter(file -> Files.isRegularFile(file) && (folder || isPart(file, part)))
          .sorted(Comparator.comparing(file -> file.getFileName().toString()))
          .toList();
    }
  }

  private static boolean isPart(Path file, Matcher given) {
    Matcher other = PART.matcher(file.getFileName().toString());
    return other.matches()
        && other.group(1).equals(given.group(1))
        && other.group(2).equals(given.group(2));
  }

  private static String sha256(Path file) throws IOException {
    Path real = file.toRealPath();
    BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
    String stamp =
        attributes.size()
            + " "
            + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)
            + " "
            + attributes.fileKey()
            + " ";
    Path known =
        DemoModel.cacheFolder()
            .resolve("sha256")
            .resolve(hex(digest().digest(real.toString().getBytes(StandardCharsets.UTF_8))));
    if (Files.isRegularFile(known)) {
      String text = Files.readString(known);
      if (text.startsWith(stamp)) {
        return text.substring(stamp.length());
      }
    }
    String found = compute(real);
    remember(known, stamp + found);
    return found;
  }

  private static void remember(Path known, String text) throws IOException {
    Files.createDirectories(known.getParent());
    Path temporary = Files.createTempFile(known.getParent(), "sha256", ".part");
    Files.writeString(temporary, text);
    Files.move(
        temporary, known, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String compute(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return hex(digest.digest());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
