package dev.javelin.engine.model;

import dev.javelin.engine.ModelInvalid;
import dev.javelin.engine.model.bitnet.BitnetModel;
import dev.javelin.engine.model.gemma3.Gemma3Model;
import dev.javelin.engine.model.gpt2.Gpt2Model;
import dev.javelin.engine.model.gptoss.GptOssModel;
import dev.javelin.engine.model.llama.LlamaModel;
import dev.javelin.engine.model.qwen2.Qwen2Model;
import dev.javelin.engine.model.qwen3.Qwen3Model;
import dev.javelin.engine.model.qwen3.Qwen3MoeModel;
import dev.javelin.gguf.GgufFile;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The model families that can be run: one line each. */
public enum Architectures {
  GPT_OSS("gpt-oss", 2, GptOssModel::load),
  GPT_OSS_OLLAMA("gptoss", 2, GptOssModel::loadOllama),
  LLAMA("llama", LlamaModel::load),
  QWEN2("qwen2", Qwen2Model::load),
  QWEN3("qwen3", Qwen3Model::load),
  QWEN3_MOE("qwen3moe", Qwen3MoeModel::load),
  GPT2("gpt2", Gpt2Model::load),
  BITNET("bitnet", BitnetModel::load),
  BITNET_B158("bitnet-b1.58", BitnetModel::loadSquaredRelu),
  BITNET_25("bitnet-25", BitnetModel::loadSquaredRelu),
  GEMMA3("gemma3", 6, Gemma3Model::load);

  /** Reads a model of one family from its file. */
  public interface Loader {
    Model load(
        GgufFile file,
        String architecture,
        int vocabularySize,
        Compute compute,
        ModelOptions options);
  }

  private static final String KEY = "general.architecture";

  private final String ggufName;
  private final int windowPattern;
  private final Loader loader;

  Architectures(String ggufName, Loader loader) {
    this(ggufName, 0, loader);
  }

  Architectures(String ggufName, int windowPattern, Loader loader) {
    this.ggufName = ggufName;
    this.windowPattern = windowPattern;
    this.loader = loader;
  }

  /** The value of {@code general.architecture} in files of this family. */
  public String ggufName() {
    return ggufName;
  }

  /**
   * One layer in this many sees everything, the last of each round, and the others a window, unless
   * the file has another {@code attention.sliding_window_pattern}; 0: no layer has a window.
   */
  public int windowPattern() {
    return windowPattern;
  }

  /** The {@link #windowPattern()} of a family by name; 0 for one that is not known. */
  public static int windowPattern(String ggufName) {
    return Arrays.stream(values())
        .filter(family -> family.ggufName.equals(ggufName))
        .mapToInt(Architectures::windowPattern)
        .findFirst()
        .orElse(0);
  }

  /** Whether a layer sees a window only, by the pattern. */
  public static boolean isWindowed(int layer, int pattern) {
    return pattern > 0 && layer % pattern < pattern - 1;
  }

  /** Reads the model in a file, whatever its family. */
  public static Model load(
      GgufFile file, int vocabularySize, Compute compute, ModelOptions options) {
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
            .orElseThrow(
                () ->
                    new ModelInvalid(
                        file.path()
                            + ": the key "
                            + KEY
                            + " is missing; no model can be told from it"));
    return Arrays.stream(values())
        .filter(family -> family.ggufName.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelInvalid(
                    file.path() + ": " + KEY + " is " + name + "; known are " + known()));
  }

  private static String known() {
    return Arrays.stream(values()).map(Architectures::ggufName).collect(Collectors.joining(", "));
  }
}
