package dev.javelin.engine;

import dev.javelin.engine.convert.HfConverter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks at what a path holds. */
final class SourceFinder {
  private static final Pattern LATER_PART = Pattern.compile(".*-(?!00001)\\d{5}-of-\\d{5}\\.gguf");
  private static final int HEADER_BYTES = 9;
  private static final int NAMED = 5;

  private SourceFinder() {}

  static boolean exists(String name) {
    try {
      return Files.exists(Path.of(name));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  static ModelSource.Local find(String name) {
    try {
      return find(Path.of(name));
    } catch (InvalidPathException e) {
      throw new ModelNotFound(name + ": can be no file: " + e.getReason());
    }
  }

  static ModelSource.Local find(Path path) {
    if (!Files.exists(path)) {
      throw new ModelNotFound(path + ": no such file");
    }
    try {
      return Files.isDirectory(path) ? inFolder(path) : inFile(path);
    } catch (IOException e) {
      throw new ModelInvalid(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static ModelSource.Local inFile(Path file) throws IOException {
    byte[] header;
    try (InputStream in = Files.newInputStream(file)) {
      header = in.readNBytes(HEADER_BYTES);
    }
    // Safetensors: the length of a JSON header in 8 bytes, then the header.
    boolean safetensors = header.length == HEADER_BYTES && header[8] == '{' && header[7] == 0;
    if (safetensors || header.length > 0 && header[0] == '{') {
      throw new ModelInvalid(
          file
              + ": is one file of a Hugging Face folder; name the folder: "
              + file.toAbsolutePath().getParent());
    }
    return new ModelSource.Gguf(file); // if it is none, opening says what is wrong with it
  }

  private static ModelSource.Local inFolder(Path folder) throws IOException {
    if (HfConverter.isCheckpoint(folder)) {
      return new ModelSource.HuggingFace(folder);
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(SourceFinder::isModel).sorted().toList();
    }
    if (files.size() == 1) {
      return new ModelSource.Gguf(files.getFirst());
    }
    if (files.isEmpty()) {
      throw new ModelInvalid(
          folder
              + ": a folder must have config.json and model.safetensors (or shards with their index),"
              + " or one GGUF file");
    }
    List<String> names =
        files.stream().limit(NAMED).map(file -> file.getFileName().toString()).toList();
    throw new ModelInvalid(
        folder
            + ": has "
            + files.size()
            + " models, name one: "
            + String.join(", ", names)
            + (files.size() > NAMED ? ", ..." : ""));
  }

  private static boolean isModel(Path file) {
    String name = file.getFileName().toString();
    if (LATER_PART.matcher(name).matches() || !Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(4), StandardCharsets.ISO_8859_1).equals("GGUF");
    } catch (IOException e) {
      return false; // whatever cannot be read cannot be the model
    }
  }
}
