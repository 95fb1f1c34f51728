package dev.javelin.gguf;

/**
 * Where the value of one key lies.
 *
 * @param elementType of an array; the type itself otherwise
 * @param count elements of an array; 1 otherwise
 * @param offsetBytes of the value, for an array of its first element
 * @param byteSize of the value without an array's element type and count
 */
record Entry(ValueType type, ValueType elementType, int count, long offsetBytes, long byteSize) {
  String typeName() {
    return type == ValueType.ARRAY ? "ARRAY of " + count + " " + elementType : type.name();
  }
}
