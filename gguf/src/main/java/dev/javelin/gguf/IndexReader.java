package dev.javelin.gguf;

import dev.javelin.tensor.QuantType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Walks the part of a file before the tensor data, checks every rule of the container and notes
 * where things are.
 */
final class IndexReader {
  private static final int MAGIC = 'G' | 'G' << 8 | 'U' << 16 | 'F' << 24;
  private static final int MAX_DIMENSIONS = 4;
  private static final int DEFAULT_ALIGNMENT = 32;

  /** Name length, one letter, value type, one byte. */
  private static final int MINIMUM_KEY_BYTES = 8 + 1 + 4 + 1;

  /** Name length, one letter, dimension count, tensor type, offset. */
  private static final int MINIMUM_TENSOR_BYTES = 8 + 1 + 4 + 4 + 8;

  private final Path file;
  private final MemorySegment segment;
  private final Optional<String> architecture;
  private final Cursor cursor;

  IndexReader(Path file, MemorySegment segment) {
    this(file, segment, Optional.empty());
  }

  /**
   * @param architecture of the model where the file itself does not tell it: a later part of
   *     several
   */
  IndexReader(Path file, MemorySegment segment, Optional<String> architecture) {
    this.file = file;
    this.segment = segment;
    this.architecture = architecture;
    this.cursor = new Cursor(file, segment);
  }

  Index read() {
    int version = readVersion();
    long tensorCount = cursor.count("tensor count", MINIMUM_TENSOR_BYTES);
    long keyCount = cursor.count("key count", MINIMUM_KEY_BYTES);
    Metadata metadata = new Metadata(file, segment, readKeys(keyCount));
    return new Index(version, metadata, readTensors(tensorCount, metadata));
  }

  private int readVersion() {
    int magic = cursor.int32("magic");
    if (magic != MAGIC) {
      throw cursor.fault(
          "a GGUF file starts with the bytes 47 47 55 46 (GGUF): found " + bytes(magic));
    }
    int version = cursor.int32("version");
    if (version != 2 && version != 3) {
      String cure = version == 1 ? " (convert the model again with a current converter)" : "";
      throw cursor.fault(
          "version must be 2 or 3: version=" + Integer.toUnsignedString(version) + cure);
    }
    return version;
  }

  private static String bytes(int magic) {
    return String.format(
        "%02x %02x %02x %02x",
        magic & 0xff, magic >> 8 & 0xff, magic >> 16 & 0xff, magic >> 24 & 0xff);
  }

  private SequencedMap<String, Entry> readKeys(long keyCount) {
    LinkedHashMap<String, Entry> entries = new LinkedHashMap<>();
    for (long i = 0; i < keyCount; i++) {
      cursor.at("key " + i + " of " + keyCount);
      String key = cursor.name("key name");
      cursor.at(key);
      Entry entry = readEntry(readType("value type"));
      if (entries.putIfAbsent(key, entry) != null) {
        throw cursor.fault("a key may occur once: it is there again as key " + i);
      }
    }
    return entries;
  }

  private ValueType readType(String what) {
    int id = cursor.int32(what);
    return ValueType.byId(id)
        .orElseThrow(
            () ->
                cursor.fault(
                    what + " must be 0..12: " + what + "=" + Integer.toUnsignedString(id)));
  }

  private Entry readEntry(ValueType type) {
    ValueType elementType = type;
    int count = 1;
    if (type == ValueType.ARRAY) {
      elementType = readType("element type");
      if (elementType == ValueType.ARRAY) {
        throw cursor.fault("an array of arrays is not read: element type=9");
      }
      long elements = cursor.count("element count", elementType.minimumBytes());
      if (elements > Cursor.MAX_LENGTH) {
        throw cursor.fault("an array has at most 2^30 elements: element count=" + elements);
      }
      count = (int) elements;
    }
    long start = cursor.position();
    if (elementType == ValueType.STRING) {
      cursor.skipStrings(count);
    } else {
      cursor.skip((long) count * elementType.minimumBytes(), "value");
    }
    return new Entry(type, elementType, count, start, cursor.position() - start);
  }

  private SequencedMap<String, TensorInfo> readTensors(long tensorCount, Metadata metadata) {
    int alignment = alignment(metadata);
    TensorTypes types = new TensorTypes(file, metadata.architecture().or(() -> architecture));
    LinkedHashMap<String, TensorInfo> tensors = new LinkedHashMap<>();
    long expectedOffset = 0;
    for (long i = 0; i < tensorCount; i++) {
      cursor.at("tensor " + i + " of " + tensorCount);
      TensorInfo tensor = readTensor(types);
      if (tensor.offsetBytes() != expectedOffset) {
        throw cursor.fault(
            "tensors follow each other at the alignment of "
                + alignment
                + " bytes: offset="
                + Long.toUnsignedString(tensor.offsetBytes())
                + ", expected="
                + expectedOffset);
      }
      expectedOffset = padded(expectedOffset, tensor.byteSize(), alignment);
      if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
        throw cursor.fault("a tensor name may occur once: it is there again as tensor " + i);
      }
    }
    long dataOffset = padded(cursor.position(), 0, alignment);
    tensors.replaceAll((name, tensor) -> placed(tensor, dataOffset));
    return tensors;
  }

  private int alignment(Metadata metadata) {
    String key = "general.alignment";
    if (!metadata.has(key)) {
      return DEFAULT_ALIGNMENT;
    }
    cursor.at(key);
    if (metadata.type(key) != ValueType.U32) {
      throw cursor.fault("must be of type U32: type=" + metadata.type(key));
    }
    long alignment = metadata.longValue(key);
    if (Long.bitCount(alignment) != 1 || alignment > Cursor.MAX_LENGTH) {
      throw cursor.fault("must be a power of two up to 2^30: alignment=" + alignment);
    }
    return (int) alignment;
  }

  /** One tensor with its offset as the file says it: from the start of the data. */
  private TensorInfo readTensor(TensorTypes types) {
    String name = cursor.name("tensor name");
    cursor.at(name);
    int dimensionCount = cursor.int32("dimension count");
    if (dimensionCount < 0 || dimensionCount > MAX_DIMENSIONS) {
      throw cursor.fault(
          "a tensor has at most 4 dimensions: dimension count="
              + Integer.toUnsignedString(dimensionCount));
    }
    long[] dimensions = new long[dimensionCount];
    for (int d = 0; d < dimensionCount; d++) {
      dimensions[d] = cursor.int64("dimensions");
    }
    QuantType type = types.resolve(name, cursor.int32("tensor type"));
    return new TensorInfo(
        name, dimensions, type, cursor.int64("offset"), byteSize(dimensions, type));
  }

  private long byteSize(long[] dimensions, QuantType type) {
    long elements = 1;
    try {
      for (long dimension : dimensions) {
        if (dimension < 0) {
          throw cursor.fault(
              "a dimension must be below 2^63: dimension=" + Long.toUnsignedString(dimension));
        }
        elements = Math.multiplyExact(elements, dimension);
      }
      long columns = dimensions.length == 0 ? 1 : dimensions[0];
      if (columns % type.blockWeights() != 0) {
        throw cursor.fault(
            type
                + " needs columns % "
                + type.blockWeights()
                + " == 0: columns="
                + columns
                + ", offset="
                + cursor.position());
      }
      return type.byteSize(elements);
    } catch (ArithmeticException e) {
      throw cursor.fault(
          "elements and bytes of a tensor must be below 2^63: shape=" + shape(dimensions));
    }
  }

  private static String shape(long[] dimensions) {
    return new TensorInfo("", dimensions, QuantType.F32, 0, 0).shape();
  }

  private TensorInfo placed(TensorInfo tensor, long dataOffset) {
    long fileBytes = segment.byteSize();
    long left = fileBytes - dataOffset;
    // A sum of offset and size could overflow: each is compared with what is left.
    if (left < tensor.offsetBytes() || left - tensor.offsetBytes() < tensor.byteSize()) {
      cursor.at(tensor.name());
      throw cursor.fault(
          "the data must lie inside the file (is the download complete?): data start="
              + dataOffset
              + ", offset="
              + tensor.offsetBytes()
              + ", bytes="
              + tensor.byteSize()
              + ", file bytes="
              + fileBytes);
    }
    return new TensorInfo(
        tensor.name(),
        tensor.dimensions(),
        tensor.type(),
        dataOffset + tensor.offsetBytes(),
        tensor.byteSize());
  }

  /**
   * The first multiple of the alignment at or behind the end of {@code size} bytes from {@code
   * start}.
   */
  private long padded(long start, long size, int alignment) {
    try {
      return Math.addExact(Math.addExact(start, size), alignment - 1) & -alignment;
    } catch (ArithmeticException e) {
      throw cursor.fault("the tensors together must be below 2^63 bytes");
    }
  }
}
