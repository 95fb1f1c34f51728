package dev.javelin.engine.convert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.ModelInvalid;
import dev.javelin.gguf.GgufWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the checkpoint in a Hugging Face folder as a GGUF file. Matrices keep their type (F32,
 * F16, BF16; MXFP4 of gpt-oss bit for bit; those of BitNet become I2_S), vectors and tables that
 * are never multiplied become F32. The file appears when it is complete.
 */
public final class HfConverter {
  private static final String NAME = "general.name";

  /** Told before each tensor is written. */
  @FunctionalInterface
  public interface Progress {
    /** Called before tensor {@code number}, from 1, of {@code count}. */
    void tensor(int number, int count, String name);
  }

  private HfConverter() {}

  /**
   * Converts one folder.
   *
   * @throws ModelInvalid if the folder holds no model of a family that can be converted
   */
  public static void convert(Path source, Path target, Progress progress) throws IOException {
    try (HfFolder folder = new HfFolder(source);
        GgufWriter writer = GgufWriter.open(target)) {
      JsonNode config = folder.json("config.json");
      HfFamily family = HfFamily.of(folder, config);
      List<TensorPlan> plans = new HfTensors(folder, family, config).plan();
      writer.put("general.architecture", family.architecture());
      writer.put("general.type", "model");
      writer.put(NAME, source.toAbsolutePath().normalize().getFileName().toString());
      writer.put("general.quantization_version", 2);
      family.write(writer, config);
      new HfTokenizer(folder, config, Math.toIntExact(plans.getFirst().dimensions()[1]))
          .write(writer);
      for (TensorPlan plan : plans) {
        writer.declare(plan.name(), plan.type(), plan.dimensions());
      }
      int number = 0;
      for (TensorPlan plan : plans) {
        progress.tensor(++number, plans.size(), plan.name());
        MemorySegment bytes = plan.bytes().get();
        writer.write(plan.name(), bytes);
      }
      writer.finish();
    }
  }
}
