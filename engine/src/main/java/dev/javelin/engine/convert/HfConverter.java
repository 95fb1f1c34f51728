package dev.javelin.engine.convert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.ModelInvalid;
import dev.javelin.gguf.GgufBuilder;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.GgufWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the checkpoint in a Hugging Face folder as if it were a GGUF file, or writes it as one.
 * Matrices keep their type (F32, F16, BF16; MXFP4 of gpt-oss bit for bit; those of BitNet become
 * I2_S), vectors and tables that are never multiplied become F32.
 */
public final class HfConverter {
  /** Told before each tensor is written. */
  @FunctionalInterface
  public interface Progress {
    /** Called before tensor {@code number}, from 1, of {@code count}. */
    void tensor(int number, int count, String name);
  }

  private HfConverter() {}

  /** Whether a folder has the files of a checkpoint. */
  public static boolean isCheckpoint(Path folder) {
    return HfFolder.is(folder);
  }

  /**
   * The model in a folder, without writing anything: what lies there as in GGUF stays where it is,
   * mapped, and only what lies otherwise is rearranged in memory, each tensor when it is first
   * used.
   *
   * @throws ModelInvalid if the folder holds no model of a family that can be read
   */
  public static GgufFile open(Path source) throws IOException {
    HfFolder folder = new HfFolder(source); // its files close with the model
    GgufBuilder builder = new GgufBuilder();
    folder.files().forEach(builder::source);
    try {
      List<TensorPlan> plans = plan(folder, builder::put);
      for (TensorPlan plan : plans) {
        builder.add(plan.name(), plan.type(), plan.dimensions(), plan.bytes());
      }
      return builder.build(source);
    } catch (IOException | RuntimeException | Error e) {
      builder.close();
      throw e;
    }
  }

  /**
   * Writes the model in a folder as a file, which appears when it is complete.
   *
   * @throws ModelInvalid as {@link #open}
   */
  public static void convert(Path source, Path target, Progress progress) throws IOException {
    try (HfFolder folder = new HfFolder(source);
        GgufWriter writer = GgufWriter.open(target)) {
      List<TensorPlan> plans = plan(folder, writer::put);
      for (TensorPlan plan : plans) {
        writer.declare(plan.name(), plan.type(), plan.dimensions());
      }
      int number = 0;
      for (TensorPlan plan : plans) {
        progress.tensor(++number, plans.size(), plan.name());
        writer.write(plan.name(), plan.bytes().get());
      }
      writer.finish();
    }
  }

  /** Puts all keys, and tells where the tensors come from. */
  private static List<TensorPlan> plan(HfFolder folder, KeySink keys) throws IOException {
    JsonNode config = folder.config();
    HfFamily family = HfFamily.of(folder, config);
    List<TensorPlan> plans = new HfTensors(folder, family, config).plan();
    keys.put("general.architecture", family.architecture());
    keys.put("general.type", "model");
    keys.put("general.name", folder.path().toAbsolutePath().normalize().getFileName().toString());
    keys.put("general.quantization_version", 2);
    family.write(keys, config);
    new HfTokenizer(folder, config, Math.toIntExact(plans.getFirst().dimensions()[1])).write(keys);
    return plans;
  }
}
