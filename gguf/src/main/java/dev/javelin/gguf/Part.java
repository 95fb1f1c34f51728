package dev.javelin.gguf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One file of a model, mapped and indexed. Most models are one file; gguf-split makes several, of
 * which the first has all the keys and each has some of the tensors:
 *
 * <pre>
 *   name-00001-of-00003.gguf   split.no 0, split.count 3, split.tensors.count of all, the model's keys
 *   name-00002-of-00003.gguf   split.no 1, split.count 3, split.tensors.count
 *   name-00003-of-00003.gguf   split.no 2, ...
 * </pre>
 */
record Part(Path path, MappedFile mapping, Index index) {
  private static final String NUMBER = "split.no";
  private static final String COUNT = "split.count";
  private static final String TENSORS = "split.tensors.count";

  /** The file, or all files of which it is a part, the first one first. */
  static List<Part> openAll(Path file) throws IOException {
    Optional<SplitName> name = SplitName.of(file).filter(n -> n.part() > 1);
    Path head = name.map(n -> n.part(1)).filter(Files::isRegularFile).orElse(file);
    List<Part> parts = new ArrayList<>();
    try {
      parts.add(open(head, Optional.empty()));
      if (parts.getFirst().count() == 1 && !head.equals(file)) {
        close(parts); // the name only looks like a part's
        parts.clear();
        parts.add(open(file, Optional.empty()));
      }
      addOthers(parts);
      return parts;
    } catch (IOException | RuntimeException | Error e) {
      close(parts);
      throw e;
    }
  }

  static void close(List<Part> parts) {
    parts.forEach(part -> part.mapping.close());
  }

  /**
   * @param architecture of the first part, which alone tells it
   */
  private static Part open(Path file, Optional<String> architecture) throws IOException {
    if (Files.isDirectory(file)) {
      throw new GgufFormatException(file, "header", "a model is a file, this is a folder");
    }
    MappedFile mapping = MappedFile.open(file);
    try {
      return new Part(file, mapping, new IndexReader(file, mapping.segment(), architecture).read());
    } catch (RuntimeException | Error e) {
      mapping.close();
      throw e;
    }
  }

  private static void addOthers(List<Part> parts) throws IOException {
    Part first = parts.getFirst();
    int count = first.count();
    if (count == 1) {
      return;
    }
    first.requireNumber(0);
    SplitName name =
        SplitName.of(first.path)
            .filter(n -> n.count() == count)
            .orElseThrow(
                () ->
                    first.fault(
                        COUNT,
                        "parts must be named like name-00001-of-00003.gguf: split.count=" + count));
    for (int number = 1; number < count; number++) {
      Path path = name.part(number + 1);
      if (!Files.isRegularFile(path)) {
        throw first.fault(
            COUNT, "all " + count + " parts must lie in one folder: missing=" + path.getFileName());
      }
      Part part = open(path, first.index.metadata().architecture());
      parts.add(part);
      part.requireNumber(number);
      if (part.count() != count) {
        throw part.fault(
            COUNT, "all parts must have the same: found=" + part.count() + ", first=" + count);
      }
    }
    long wanted = first.index.metadata().optionalInt(TENSORS).orElse(-1);
    long found = parts.stream().mapToLong(part -> part.index.tensors().size()).sum();
    if (wanted != found) {
      throw first.fault(
          TENSORS, "the parts together must have " + wanted + " tensors: found=" + found);
    }
  }

  private int count() {
    return Math.max(1, index.metadata().optionalInt(COUNT).orElse(1));
  }

  private void requireNumber(int number) {
    int found = index.metadata().optionalInt(NUMBER).orElse(-1);
    if (found != number) {
      throw fault(
          NUMBER,
          "part "
              + (number + 1)
              + " must say "
              + number
              + ": found="
              + found
              + (number == 0 ? " (does the first part lie beside it?)" : ""));
    }
  }

  private GgufFormatException fault(String key, String rule) {
    return new GgufFormatException(path, key, rule);
  }
}
