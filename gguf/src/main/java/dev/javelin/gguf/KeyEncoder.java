package dev.javelin.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keys and values as the bytes of a file, in the order they were put. The counterpart of {@link
 * ValueDecoder}.
 */
final class KeyEncoder {
  private final LittleEndianBuffer out = new LittleEndianBuffer();
  private final Set<String> keys = new HashSet<>();

  /** A value whose type follows from its Java class: see {@link GgufWriter#put(String, Object)}. */
  void put(String key, Object value) {
    switch (value) {
      case String s -> put(key, ValueType.STRING, s);
      case Boolean b -> put(key, ValueType.BOOL, b);
      case Byte n -> put(key, ValueType.I8, n);
      case Short n -> put(key, ValueType.I16, n);
      case Integer n -> put(key, n < 0 ? ValueType.I32 : ValueType.U32, n);
      case Long n -> put(key, n < 0 ? ValueType.I64 : ValueType.U64, n);
      case Float n -> put(key, ValueType.F32, n);
      case Double n -> put(key, ValueType.F64, n);
      case String[] a -> putArray(key, ValueType.STRING, a);
      case List<?> list -> putArray(key, ValueType.STRING, list.toArray(String[]::new));
      case boolean[] a -> putArray(key, ValueType.BOOL, a);
      case byte[] a -> putArray(key, ValueType.I8, a);
      case short[] a -> putArray(key, ValueType.I16, a);
      case int[] a -> putArray(key, ValueType.I32, a);
      case long[] a -> putArray(key, ValueType.I64, a);
      case float[] a -> putArray(key, ValueType.F32, a);
      case double[] a -> putArray(key, ValueType.F64, a);
      default ->
          throw new IllegalArgumentException(
              key + ": no value type for " + value.getClass().getName());
    }
  }

  /** One value of an explicit type. */
  void put(String key, ValueType type, Object value) {
    if (type == ValueType.ARRAY) {
      throw new IllegalArgumentException(key + ": an array is put with its element type");
    }
    append(key, type, () -> element(key, type, value));
  }

  /** A Java array of strings, booleans or numbers, its elements of an explicit type. */
  void putArray(String key, ValueType elementType, Object array) {
    if (elementType == ValueType.ARRAY) {
      throw new IllegalArgumentException(key + ": an array of arrays is not written");
    }
    append(
        key,
        ValueType.ARRAY,
        () -> {
          int count = Array.getLength(array);
          out.int32(elementType.id());
          out.int64(count);
          for (int i = 0; i < count; i++) {
            element(key, elementType, Array.get(array, i));
          }
        });
  }

  /** A value as another file holds it. */
  void copy(String key, Metadata source) {
    Entry entry = source.entry(key);
    append(
        key,
        entry.type(),
        () -> {
          if (entry.type() == ValueType.ARRAY) {
            out.int32(entry.elementType().id());
            out.int64(entry.count());
          }
          out.bytes(source.encoded(key).toArray(ValueLayout.JAVA_BYTE));
        });
  }

  int count() {
    return keys.size();
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }

  /** What a reader makes of these keys. */
  Metadata toMetadata() {
    return toIndex(Path.of("memory")).metadata();
  }

  /** The index of a file that has these keys and no tensors; messages call it {@code name}. */
  Index toIndex(Path name) {
    LittleEndianBuffer file = new LittleEndianBuffer();
    file.header(3, 0, count());
    file.bytes(toByteArray());
    return new IndexReader(name, MemorySegment.ofArray(file.toByteArray())).read();
  }

  /** Appends one key whole; a value that is refused leaves no bytes behind. */
  private void append(String key, ValueType type, Runnable value) {
    if (key.isEmpty() || keys.contains(key)) {
      throw new IllegalArgumentException("a key must not be empty and may be put once: key=" + key);
    }
    int start = out.size();
    try {
      out.string(key);
      out.int32(type.id());
      value.run();
    } catch (RuntimeException e) {
      out.truncate(start);
      throw e;
    }
    keys.add(key);
  }

  private void element(String key, ValueType type, Object value) {
    switch (type) {
      case STRING -> out.string((String) value);
      case BOOL -> out.int8((Boolean) value ? 1 : 0);
      case F32 -> out.int32(Float.floatToRawIntBits(((Number) value).floatValue()));
      case F64 -> out.int64(Double.doubleToRawLongBits(((Number) value).doubleValue()));
      case U8 -> out.int8((int) ranged(key, type, value, 0, 0xff));
      case I8 -> out.int8((int) ranged(key, type, value, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case U16 -> out.int16((int) ranged(key, type, value, 0, 0xffff));
      case I16 -> out.int16((int) ranged(key, type, value, Short.MIN_VALUE, Short.MAX_VALUE));
      case U32 -> out.int32((int) ranged(key, type, value, 0, 0xffffffffL));
      case I32 -> out.int32((int) ranged(key, type, value, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case U64, I64 -> out.int64(((Number) value).longValue());
      case ARRAY -> throw new IllegalArgumentException(key + ": an array of arrays is not written");
    }
  }

  private static long ranged(String key, ValueType type, Object value, long low, long high) {
    long number = ((Number) value).longValue();
    if (number < low || number > high) {
      throw new IllegalArgumentException(
          key + ": " + type + " must be " + low + ".." + high + ": value=" + number);
    }
    return number;
  }
}
