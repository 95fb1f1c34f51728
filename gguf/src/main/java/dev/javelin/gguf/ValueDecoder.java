package dev.javelin.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the bytes of metadata values into Java values. The walk at opening has checked that all of
 * them are there.
 */
final class ValueDecoder {
  private static final int SCRATCH_BYTES = 256;

  private final MemorySegment segment;

  ValueDecoder(MemorySegment segment) {
    this.segment = segment;
  }

  MemorySegment bytes(Entry entry) {
    return segment.asSlice(entry.offsetBytes(), entry.byteSize());
  }

  boolean bool(Entry entry, int index) {
    return segment.get(ValueLayout.JAVA_BYTE, entry.offsetBytes() + index) != 0;
  }

  /** An integer; a u64 of 2^63 or more comes back negative. */
  long integer(Entry entry, int index) {
    long offset = entry.offsetBytes() + (long) index * entry.elementType().minimumBytes();
    return switch (entry.elementType()) {
      case U8 -> segment.get(ValueLayout.JAVA_BYTE, offset) & 0xffL;
      case I8 -> segment.get(ValueLayout.JAVA_BYTE, offset);
      case U16 -> segment.get(Cursor.SHORT, offset) & 0xffffL;
      case I16 -> segment.get(Cursor.SHORT, offset);
      case U32 -> segment.get(Cursor.INT, offset) & 0xffffffffL;
      case I32 -> segment.get(Cursor.INT, offset);
      case U64, I64 -> segment.get(Cursor.LONG, offset);
      case F32, F64, BOOL, STRING, ARRAY -> throw new IllegalArgumentException(entry.typeName());
    };
  }

  double floating(Entry entry, int index) {
    return entry.elementType() == ValueType.F32
        ? segment.get(Cursor.FLOAT, entry.offsetBytes() + 4L * index)
        : segment.get(Cursor.DOUBLE, entry.offsetBytes() + 8L * index);
  }

  String string(Entry entry) {
    return strings(entry, 1)[0];
  }

  /** The first {@code count} strings of an entry. */
  String[] strings(Entry entry, int count) {
    String[] strings = new String[count];
    byte[] scratch = new byte[SCRATCH_BYTES];
    long offset = entry.offsetBytes();
    for (int i = 0; i < count; i++) {
      int length = (int) segment.get(Cursor.LONG, offset); // at most 2^30, checked at opening
      offset += Long.BYTES;
      if (length > scratch.length) {
        scratch = new byte[Math.max(length, 2 * scratch.length)];
      }
      MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, scratch, 0, length);
      strings[i] = new String(scratch, 0, length, StandardCharsets.UTF_8);
      offset += length;
    }
    return strings;
  }

  /** All strings of an array, which have {@code byteCount} bytes together. */
  Utf8Strings utf8Strings(Entry entry, int byteCount) {
    byte[] bytes = new byte[byteCount];
    int[] offsets = new int[entry.count() + 1];
    long source = entry.offsetBytes();
    int target = 0;
    for (int i = 0; i < entry.count(); i++) {
      int length = (int) segment.get(Cursor.LONG, source);
      source += Long.BYTES;
      MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, source, bytes, target, length);
      source += length;
      target += length;
      offsets[i + 1] = target;
    }
    return new Utf8Strings(bytes, offsets);
  }

  /** One value that is not a string of an array. */
  Object object(Entry entry, int index) {
    return switch (entry.elementType()) {
      case U8, I8, U16, I16, U32, I32, I64 -> integer(entry, index);
      case U64 -> {
        long value = integer(entry, index);
        yield value < 0 ? (Object) new BigInteger(Long.toUnsignedString(value)) : (Object) value;
      }
      case F32 -> (float) floating(entry, index);
      case F64 -> floating(entry, index);
      case BOOL -> bool(entry, index);
      case STRING -> string(entry);
      case ARRAY -> throw new IllegalArgumentException(entry.typeName());
    };
  }

  /** The first {@code count} elements of an array. */
  List<Object> list(Entry entry, int count) {
    if (entry.elementType() == ValueType.STRING) {
      return List.of((Object[]) strings(entry, count));
    }
    List<Object> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(object(entry, i));
    }
    return values;
  }
}
