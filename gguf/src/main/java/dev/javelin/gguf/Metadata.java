package dev.javelin.gguf;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * The keys of a file and their values, decoded when they are asked for. Each getter checks the
 * declared type: integers of any width are interchangeable when the value fits, likewise f32 and
 * f64, nothing else is. {@code optional...} getters are empty when the key is missing, and still
 * refuse a wrong type.
 */
public final class Metadata {
  private final Path file;
  private final SequencedMap<String, Entry> entries;
  private final ValueDecoder decoder;

  Metadata(Path file, MemorySegment segment, SequencedMap<String, Entry> entries) {
    this.file = file;
    this.entries = entries;
    this.decoder = new ValueDecoder(segment);
  }

  /**
   * Metadata without a file, for tests and tools. Values as {@link GgufWriter#put(String, Object)}
   * takes them.
   */
  public static Metadata of(Map<String, ?> values) {
    KeyEncoder encoder = new KeyEncoder();
    values.forEach(encoder::put);
    return encoder.toMetadata();
  }

  /** All keys in the file's order. */
  public SequencedSet<String> keys() {
    return Collections.unmodifiableSequencedSet(entries.sequencedKeySet());
  }

  public boolean has(String key) {
    return entries.containsKey(key);
  }

  /** The declared type of a key that is there. */
  public ValueType type(String key) {
    return entry(key).type();
  }

  /** The declared type of an array's elements. */
  public ValueType elementType(String key) {
    return array(key).elementType();
  }

  /** How many elements an array has, without decoding it. */
  public int length(String key) {
    return array(key).count();
  }

  /** {@code general.architecture}, the prefix of the keys that describe the model. */
  public Optional<String> architecture() {
    return optionalString("general.architecture");
  }

  /** A string; bytes that are not UTF-8 become U+FFFD. */
  public String string(String key) {
    return decoder.string(typed(key, ValueType.STRING));
  }

  public Optional<String> optionalString(String key) {
    return has(key) ? Optional.of(string(key)) : Optional.empty();
  }

  public int intValue(String key) {
    long value = longValue(key);
    if (value != (int) value) {
      throw fault(key, "must fit 32 bits: value=" + value);
    }
    return (int) value;
  }

  public OptionalInt optionalInt(String key) {
    return has(key) ? OptionalInt.of(intValue(key)) : OptionalInt.empty();
  }

  public long longValue(String key) {
    Entry entry = entry(key);
    if (!entry.type().isInteger()) {
      throw wrongType(key, entry, "an integer");
    }
    long value = decoder.integer(entry, 0);
    if (entry.type() == ValueType.U64 && value < 0) {
      throw fault(key, "must be below 2^63: value=" + Long.toUnsignedString(value));
    }
    return value;
  }

  public OptionalLong optionalLong(String key) {
    return has(key) ? OptionalLong.of(longValue(key)) : OptionalLong.empty();
  }

  public float floatValue(String key) {
    Entry entry = entry(key);
    if (entry.type() != ValueType.F32 && entry.type() != ValueType.F64) {
      throw wrongType(key, entry, "a floating-point number");
    }
    return (float) decoder.floating(entry, 0);
  }

  public Optional<Float> optionalFloat(String key) {
    return has(key) ? Optional.of(floatValue(key)) : Optional.empty();
  }

  public boolean bool(String key) {
    return decoder.bool(typed(key, ValueType.BOOL), 0);
  }

  public Optional<Boolean> optionalBool(String key) {
    return has(key) ? Optional.of(bool(key)) : Optional.empty();
  }

  /** An array of strings, decoded anew at each call; bytes that are not UTF-8 become U+FFFD. */
  public String[] strings(String key) {
    Entry entry = stringArray(key);
    return decoder.strings(entry, entry.count());
  }

  /**
   * An array of strings as its bytes, copied once; what {@link #strings} costs in objects it does
   * not.
   */
  public Utf8Strings utf8Strings(String key) {
    Entry entry = stringArray(key);
    long bytes = entry.byteSize() - (long) entry.count() * Long.BYTES;
    if (bytes > Cursor.MAX_LENGTH) {
      throw fault(key, "strings must have at most 2^30 bytes together: bytes=" + bytes);
    }
    return decoder.utf8Strings(entry, (int) bytes);
  }

  public Optional<String[]> optionalStrings(String key) {
    return has(key) ? Optional.of(strings(key)) : Optional.empty();
  }

  /** An array of integers of any width whose values fit 32 bits. */
  public int[] ints(String key) {
    Entry entry = array(key);
    if (!entry.elementType().isInteger()) {
      throw wrongType(key, entry, "an array of integers");
    }
    int[] values = new int[entry.count()];
    for (int i = 0; i < values.length; i++) {
      long value = decoder.integer(entry, i);
      if (value != (int) value) {
        throw fault(key, "elements must fit 32 bits: element " + i + "=" + value);
      }
      values[i] = (int) value;
    }
    return values;
  }

  public Optional<int[]> optionalInts(String key) {
    return has(key) ? Optional.of(ints(key)) : Optional.empty();
  }

  /** An array of f32 or f64. */
  public float[] floats(String key) {
    Entry entry = array(key);
    if (entry.elementType() != ValueType.F32 && entry.elementType() != ValueType.F64) {
      throw wrongType(key, entry, "an array of floating-point numbers");
    }
    float[] values = new float[entry.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) decoder.floating(entry, i);
    }
    return values;
  }

  public Optional<float[]> optionalFloats(String key) {
    return has(key) ? Optional.of(floats(key)) : Optional.empty();
  }

  /** An array of booleans. */
  public boolean[] bools(String key) {
    Entry entry = array(key);
    if (entry.elementType() != ValueType.BOOL) {
      throw wrongType(key, entry, "an array of booleans");
    }
    boolean[] values = new boolean[entry.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = decoder.bool(entry, i);
    }
    return values;
  }

  /**
   * Any value as the nearest Java object: String, Boolean, Float, Double, Long for integers
   * (BigInteger from 2^63), a List of these for an array.
   */
  public Object raw(String key) {
    Entry entry = entry(key);
    return entry.type() == ValueType.ARRAY
        ? decoder.list(entry, entry.count())
        : decoder.object(entry, 0);
  }

  /**
   * The first elements of an array, at most {@code limit}: what a listing shows of 200,000 tokens.
   */
  public List<Object> first(String key, int limit) {
    Entry entry = array(key);
    return decoder.list(entry, Math.min(limit, entry.count()));
  }

  /** The bytes of a value as they are in the file. */
  MemorySegment encoded(String key) {
    return decoder.bytes(entry(key));
  }

  Entry entry(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      throw fault(key, "the file must have this key");
    }
    return entry;
  }

  private Entry array(String key) {
    return typed(key, ValueType.ARRAY);
  }

  private Entry stringArray(String key) {
    Entry entry = array(key);
    if (entry.elementType() != ValueType.STRING) {
      throw wrongType(key, entry, "an array of strings");
    }
    return entry;
  }

  private Entry typed(String key, ValueType type) {
    Entry entry = entry(key);
    if (entry.type() != type) {
      throw wrongType(key, entry, type.name());
    }
    return entry;
  }

  private GgufKeyException wrongType(String key, Entry entry, String wanted) {
    return fault(key, "must be " + wanted + ": type=" + entry.typeName());
  }

  private GgufKeyException fault(String key, String rule) {
    return new GgufKeyException(file, key, rule);
  }
}
