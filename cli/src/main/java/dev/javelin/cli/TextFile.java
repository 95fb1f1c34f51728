package dev.javelin.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files of UTF-8 text, and names the one that cannot be read. */
final class TextFile {
  private TextFile() {}

  static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (FileSystemException named) {
      throw named;
    } catch (CharacterCodingException notText) {
      throw new IOException(file + ": is not UTF-8 text", notText);
    } catch (IOException broken) {
      throw new IOException(file + ": " + broken.getMessage(), broken);
    }
  }
}
