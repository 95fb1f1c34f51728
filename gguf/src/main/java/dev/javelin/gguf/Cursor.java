package dev.javelin.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Walks a mapped file front to back. Each read compares what it needs with the bytes that are left
 * first; a fault names the place that {@link #at} was told.
 */
final class Cursor {
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * The reference reader's limit for strings and arrays; it also keeps both within Java's int
   * sizes.
   */
  static final long MAX_LENGTH = 1L << 30;

  /** The specification's limit for key names; tensor names are far shorter. */
  private static final long MAX_NAME_LENGTH = (1L << 16) - 1;

  private final Path file;
  private final MemorySegment segment;
  private long position;
  private String place = "header";

  Cursor(Path file, MemorySegment segment) {
    this.file = file;
    this.segment = segment;
  }

  void at(String place) {
    this.place = place;
  }

  long position() {
    return position;
  }

  long remaining() {
    return segment.byteSize() - position;
  }

  int int32(String what) {
    require(Integer.BYTES, what);
    int value = segment.get(INT, position);
    position += Integer.BYTES;
    return value;
  }

  long int64(String what) {
    require(Long.BYTES, what);
    long value = segment.get(LONG, position);
    position += Long.BYTES;
    return value;
  }

  /**
   * A count of things that take at least {@code minimumBytes} each, so that all of them can still
   * be in the file.
   */
  long count(String what, int minimumBytes) {
    long count = int64(what);
    if (count < 0 || count > remaining() / minimumBytes) {
      throw fault(
          what
              + " must fit the bytes left: "
              + what
              + "="
              + Long.toUnsignedString(count)
              + ", bytes left="
              + remaining());
    }
    return count;
  }

  /** A name: not empty, valid UTF-8. */
  String name(String what) {
    long length = int64(what + " length");
    checkLength(length, remaining(), MAX_NAME_LENGTH, what);
    if (length == 0) {
      throw fault(what + " must not be empty: offset=" + position);
    }
    try {
      ByteBuffer bytes = segment.asSlice(position, length).asByteBuffer();
      String name = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      position += length;
      return name;
    } catch (CharacterCodingException e) {
      throw fault(what + " must be UTF-8: length=" + length + ", offset=" + position);
    }
  }

  /** Steps over {@code count} strings; the walk that makes opening a large vocabulary cheap. */
  void skipStrings(long count) {
    long at = position;
    long size = segment.byteSize();
    for (long i = 0; i < count; i++) {
      if (size - at < Long.BYTES) {
        position = at;
        require(Long.BYTES, "string length");
      }
      long length = segment.get(LONG, at);
      at += Long.BYTES;
      checkLength(length, size - at, MAX_LENGTH, "string");
      at += length;
    }
    position = at;
  }

  void skip(long bytes, String what) {
    require(bytes, what);
    position += bytes;
  }

  GgufFormatException fault(String rule) {
    return new GgufFormatException(file, place, rule);
  }

  private void require(long bytes, String what) {
    if (remaining() < bytes) {
      throw fault(
          "the file ends inside the "
              + what
              + ": offset="
              + position
              + ", needed="
              + bytes
              + ", bytes left="
              + remaining());
    }
  }

  private void checkLength(long length, long left, long limit, String what) {
    if (length < 0 || length > left || length > limit) {
      throw fault(
          what
              + " length must be at most "
              + limit
              + " and fit the bytes left: length="
              + Long.toUnsignedString(length)
              + ", bytes left="
              + left);
    }
  }
}
