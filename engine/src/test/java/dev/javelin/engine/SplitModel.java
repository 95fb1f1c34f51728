package dev.javelin.engine;

import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.GgufWriter;
import dev.javelin.gguf.TensorInfo;
import dev.javelin.gguf.ValueType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes a model in several files. */
public final class SplitModel {
  private SplitModel() {}

  /** As gguf-split does it: all keys in the first file, the tensors in turn. */
  public static void write(Path model, Path to, int count) throws IOException {
    try (GgufFile file = GgufFile.open(model)) {
      List<TensorInfo> tensors = List.copyOf(file.tensors().values());
      for (int part = 0; part < count; part++) {
        Path path = to.resolve("m-0000%d-of-0000%d.gguf".formatted(part + 1, count));
        try (GgufWriter writer = GgufWriter.open(path)) {
          if (part == 0) {
            file.metadata().keys().forEach(key -> writer.copy(key, file.metadata()));
          }
          writer.put("split.no", ValueType.U16, part);
          writer.put("split.count", ValueType.U16, count);
          writer.put("split.tensors.count", ValueType.I32, tensors.size());
          List<TensorInfo> own =
              tensors.subList(tensors.size() * part / count, tensors.size() * (part + 1) / count);
          own.forEach(t -> writer.declare(t.name(), t.type(), t.dimensions()));
          for (TensorInfo tensor : own) {
            writer.write(tensor.name(), file.data(tensor));
          }
          writer.finish();
        }
      }
    }
  }
}
