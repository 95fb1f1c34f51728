package dev.javelin.gguf;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the parts of a split model are named: {@code name-00002-of-00005.gguf}, counted from 1.
 *
 * @param prefix the path up to the numbers
 */
record SplitName(Path folder, String prefix, int part, int count) {
  private static final Pattern NAME = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");

  /** Empty if the file is not named as a part. */
  static Optional<SplitName> of(Path file) {
    Matcher name = NAME.matcher(file.getFileName() == null ? "" : file.getFileName().toString());
    return name.matches()
        ? Optional.of(
            new SplitName(
                file.toAbsolutePath().getParent(),
                name.group(1),
                Integer.parseInt(name.group(2)),
                Integer.parseInt(name.group(3))))
        : Optional.empty();
  }

  /** The path of part {@code number}, from 1. */
  Path part(int number) {
    return folder.resolve(
        String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", prefix, number, count));
  }
}
