package dev.javelin.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of little-endian values: the head of a file before it is written. */
final class LittleEndianBuffer {
  private ByteBuffer buffer = allocate(1024);

  void header(int version, int tensorCount, int keyCount) {
    bytes(new byte[] {'G', 'G', 'U', 'F'});
    int32(version);
    int64(tensorCount);
    int64(keyCount);
  }

  void int8(int value) {
    room(1).put((byte) value);
  }

  void int16(int value) {
    room(Short.BYTES).putShort((short) value);
  }

  void int32(int value) {
    room(Integer.BYTES).putInt(value);
  }

  void int64(long value) {
    room(Long.BYTES).putLong(value);
  }

  void string(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    int64(utf8.length);
    bytes(utf8);
  }

  void bytes(byte[] bytes) {
    room(bytes.length).put(bytes);
  }

  int size() {
    return buffer.position();
  }

  void truncate(int size) {
    buffer.position(size);
  }

  byte[] toByteArray() {
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int needed = Math.addExact(buffer.position(), bytes);
      int doubled = (int) Math.min(Integer.MAX_VALUE - 8, 2L * buffer.capacity());
      buffer = allocate(Math.max(needed, doubled)).put(buffer.flip());
    }
    return buffer;
  }

  private static ByteBuffer allocate(int capacity) {
    return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }
}
