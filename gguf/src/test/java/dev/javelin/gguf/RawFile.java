package dev.javelin.gguf;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;

/** The head of a file put together by hand, so that it can break any rule that the writer keeps. */
final class RawFile {
  private final LittleEndianBuffer keys = new LittleEndianBuffer();
  private final LittleEndianBuffer tensors = new LittleEndianBuffer();
  private int keyCount;
  private int tensorCount;

  RawFile string(String key, String value) {
    key(key, ValueType.STRING);
    keys.string(value);
    return this;
  }

  RawFile uint32(String key, int value) {
    key(key, ValueType.U32);
    keys.int32(value);
    return this;
  }

  RawFile uint64(String key, long value) {
    key(key, ValueType.U64);
    keys.int64(value);
    return this;
  }

  RawFile tensor(String name, int type, long offset, long... dimensions) {
    tensors.string(name);
    tensors.int32(dimensions.length);
    for (long dimension : dimensions) {
      tensors.int64(dimension);
    }
    tensors.int32(type);
    tensors.int64(offset);
    tensorCount++;
    return this;
  }

  /** The head, padded to 32 bytes. */
  byte[] head() {
    LittleEndianBuffer head = new LittleEndianBuffer();
    head.header(3, tensorCount, keyCount);
    head.bytes(keys.toByteArray());
    head.bytes(tensors.toByteArray());
    head.bytes(new byte[-head.size() & 31]);
    return head.toByteArray();
  }

  /** What a reader makes of the head followed by {@code dataBytes} zeros. */
  Index read(int dataBytes) {
    byte[] head = head();
    byte[] file = Arrays.copyOf(head, head.length + dataBytes);
    return new IndexReader(Path.of("raw.gguf"), MemorySegment.ofArray(file)).read();
  }

  private void key(String key, ValueType type) {
    keys.string(key);
    keys.int32(type.id());
    keyCount++;
  }
}
