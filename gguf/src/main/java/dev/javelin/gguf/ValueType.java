package dev.javelin.gguf;

import java.util.Optional;

/** The types of metadata values, in the order of their ids. */
public enum ValueType {
  U8(1),
  I8(1),
  U16(2),
  I16(2),
  U32(4),
  I32(4),
  F32(4),
  /** One byte; zero is false. */
  BOOL(1),
  /** u64 length, then UTF-8 bytes. */
  STRING(8),
  /** u32 element type, u64 count, then the elements. */
  ARRAY(12),
  U64(8),
  I64(8),
  F64(8);

  private static final ValueType[] BY_ID = values();

  private final int minimumBytes;

  ValueType(int minimumBytes) {
    this.minimumBytes = minimumBytes;
  }

  /** The number of this type in a file. */
  public int id() {
    return ordinal();
  }

  /** The type with this number, if there is one. */
  public static Optional<ValueType> byId(int id) {
    return id >= 0 && id < BY_ID.length ? Optional.of(BY_ID[id]) : Optional.empty();
  }

  /** True for the eight integer types. */
  public boolean isInteger() {
    return switch (this) {
      case U8, I8, U16, I16, U32, I32, U64, I64 -> true;
      case F32, F64, BOOL, STRING, ARRAY -> false;
    };
  }

  /** Bytes of a value of fixed size, or the least that a string or an array takes. */
  int minimumBytes() {
    return minimumBytes;
  }
}
