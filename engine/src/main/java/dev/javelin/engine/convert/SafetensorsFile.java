package dev.javelin.engine.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.engine.ModelInvalid;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads one safetensors file: 8 bytes length of the header, the header in JSON ({@code name:
 * {dtype, shape, data_offsets}}), then the data, to which the offsets relate. The tensors are views
 * of it.
 */
final class SafetensorsFile {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long MOST_HEADER_BYTES = 100_000_000; // the format's own limit

  private SafetensorsFile() {}

  /**
   * @param all the whole file
   */
  static Map<String, HfTensor> read(Path file, MemorySegment all) throws IOException {
    long header = all.byteSize() < 8 ? -1 : all.get(LENGTH, 0);
    if (header < 2 || header > MOST_HEADER_BYTES || header > all.byteSize() - 8) {
      throw new ModelInvalid(
          file
              + ": the header must fit the file: header bytes="
              + header
              + ", file="
              + all.byteSize());
    }
    JsonNode json =
        new JsonMapper().readTree(all.asSlice(8, header).toArray(ValueLayout.JAVA_BYTE));
    MemorySegment data = all.asSlice(8 + header);
    Map<String, HfTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        tensors.put(entry.getKey(), tensor(file, entry.getKey(), entry.getValue(), data));
      }
    }
    return tensors;
  }

  private static HfTensor tensor(Path file, String name, JsonNode json, MemorySegment data) {
    long from = json.path("data_offsets").path(0).asLong(-1);
    long to = json.path("data_offsets").path(1).asLong(-1);
    if (from < 0 || to < from || to > data.byteSize()) {
      throw new ModelInvalid(
          file
              + ": "
              + name
              + ": offsets must lie in the data: "
              + json
              + ", data="
              + data.byteSize());
    }
    int[] shape = new int[json.path("shape").size()];
    long bytes = HfTensor.elementBytes(file + ": " + name, json.path("dtype").asText());
    for (int i = 0; i < shape.length; i++) {
      shape[i] = json.get("shape").get(i).asInt(-1);
      if (shape[i] < 1) {
        throw new ModelInvalid(
            file + ": " + name + ": sizes must be 1 or more: " + json.get("shape"));
      }
      bytes = Math.multiplyExact(bytes, shape[i]);
    }
    if (bytes != to - from) {
      throw new ModelInvalid(
          file
              + ": "
              + name
              + ": shape and offsets must agree: bytes="
              + bytes
              + ", offsets="
              + json);
    }
    return new HfTensor(name, json.get("dtype").asText(), shape, data.asSlice(from, to - from));
  }
}
