package dev.javelin.engine.model;

import dev.javelin.engine.ModelInvalid;
import dev.javelin.engine.model.gptoss.GptOssModel;
import dev.javelin.engine.model.llama.LlamaModel;
import dev.javelin.gguf.GgufFile;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The model families that can be run: one line each. */
public enum Architectures {
  GPT_OSS("gpt-oss", GptOssModel::load),
  LLAMA("llama", LlamaModel::load);

  /** Reads a model of one family from its file. */
  public interface Loader {
    Model load(GgufFile file, String architecture, int vocabularySize, Compute compute, ModelOptions options);
  }

  private static final String KEY = "general.architecture";

  private final String ggufName;
  private final Loader loader;

  Architectures(String ggufName, Loader loader) {
    this.ggufName = ggufName;
    this.loader = loader;
  }

  /** The value of {@code general.architecture} in files of this family. */
  public String ggufName() {
    return ggufName;
  }

  /** Reads the model in a file, whatever its family. */
  public static Model load(GgufFile file, int vocabularySize, Compute compute, ModelOptions options) {
    Architectures family = of(file);
    return family.loader.load(file, family.ggufName, vocabularySize, compute, options);
  }

  /**
   * The family of a file.
   *
   * @throws ModelInvalid if the file names none, or one that is not known
   */
  public static Architectures of(GgufFile file) {
    String name =
        file.metadata()
            .optionalString(KEY)
            .orElseThrow(() -> new ModelInvalid(file.path() + ": the key " + KEY + " is missing; no model can be told from it"));
    return Arrays.stream(values())
        .filter(family -> family.ggufName.equals(name))
        .findFirst()
        .orElseThrow(() -> new ModelInvalid(file.path() + ": " + KEY + " is " + name + "; known are " + known()));
  }

  private static String known() {
    return Arrays.stream(values()).map(Architectures::ggufName).collect(Collectors.joining(", "));
  }
}
