package dev.javelin.engine.tokenizer;

import dev.javelin.gguf.Utf8Strings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Many byte strings in two arrays instead of an object each: string i is {@code bytes[offsets[i] ..
 * offsets[i+1])}. A vocabulary of 200,000 tokens and 450,000 merges would otherwise cost a million
 * objects.
 */
record ByteStrings(byte[] bytes, int[] offsets) {
  public ByteStrings {
    if (offsets.length == 0 || offsets[0] != 0 || offsets[offsets.length - 1] > bytes.length) {
      throw new IllegalArgumentException(
          "offsets must start at 0 and end within " + bytes.length + " bytes");
    }
  }

  static ByteStrings of(Utf8Strings strings) {
    return new ByteStrings(strings.bytes(), strings.offsets());
  }

  /** The UTF-8 forms of these strings. */
  public static ByteStrings of(List<String> strings) {
    Builder builder = new Builder(strings.size(), 8 * strings.size());
    for (String s : strings) {
      byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
      builder.add(utf8, 0, utf8.length);
    }
    return builder.build();
  }

  public int size() {
    return offsets.length - 1;
  }

  public int start(int index) {
    return offsets[index];
  }

  public int end(int index) {
    return offsets[index + 1];
  }

  public byte[] get(int index) {
    return Arrays.copyOfRange(bytes, offsets[index], offsets[index + 1]);
  }

  public String text(int index) {
    return new String(
        bytes, offsets[index], offsets[index + 1] - offsets[index], StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteStrings that
        && Arrays.equals(bytes, that.bytes)
        && Arrays.equals(offsets, that.offsets);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(bytes) + Arrays.hashCode(offsets);
  }

  @Override
  public String toString() {
    return "ByteStrings[" + size() + "]";
  }

  /** Collects strings one after the other. */
  static final class Builder {
    private final int[] offsets;
    private byte[] bytes;
    private int count;

    Builder(int stringCount, int expectedBytes) {
      offsets = new int[stringCount + 1];
      bytes = new byte[Math.max(16, expectedBytes)];
    }

    void add(byte[] source, int from, int to) {
      int start = offsets[count];
      int end = Math.addExact(start, to - from);
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length + (bytes.length >> 1)));
      }
      System.arraycopy(source, from, bytes, start, to - from);
      offsets[++count] = end;
    }

    ByteStrings build() {
      return new ByteStrings(Arrays.copyOf(bytes, offsets[count]), offsets);
    }
  }
}
