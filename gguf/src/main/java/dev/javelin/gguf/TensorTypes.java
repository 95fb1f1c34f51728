package dev.javelin.gguf;

import dev.javelin.tensor.QuantType;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which tensor type a number in a file means; some numbers were given twice, so the architecture
 * has a say.
 */
final class TensorTypes {
  /** Architectures of Microsoft's BitNet files: the only ones in which 36 means I2_S. */
  private static final Set<String> BITNET = Set.of("bitnet", "bitnet-b1.58", "bitnet-25");

  private static final Set<String> GPT_OSS = Set.of("gptoss", "gpt-oss");

  /**
   * 4 once was Q4_2; Ollama's first gpt-oss files use it for MXFP4 with neighbouring weights in a
   * byte.
   */
  private static final int FIRST_OLLAMA_MXFP4 = 4;

  private static final Map<Integer, String> REMOVED =
      Map.of(
          4,
          "Q4_2",
          5,
          "Q4_3",
          31,
          "Q4_0_4_4",
          32,
          "Q4_0_4_8",
          33,
          "Q4_0_8_8",
          36,
          "IQ4_NL_4_4",
          37,
          "IQ4_NL_4_8",
          38,
          "IQ4_NL_8_8");

  private static final Map<Integer, String> NOT_READ = Map.of(40, "NVFP4", 41, "Q1_0", 42, "Q2_0");

  private final Path file;
  private final String architecture;

  TensorTypes(Path file, Optional<String> architecture) {
    this.file = file;
    this.architecture = architecture.orElse("");
  }

  QuantType resolve(String tensor, int id) {
    Optional<QuantType> type = QuantType.byGgmlId(id);
    boolean misplacedI2S = id == QuantType.I2_S.ggmlId() && !BITNET.contains(architecture);
    if (type.isPresent() && !misplacedI2S) {
      return type.get();
    }
    throw new GgufFormatException(file, tensor, rule(id));
  }

  private String rule(int id) {
    if (id == FIRST_OLLAMA_MXFP4 && GPT_OSS.contains(architecture)) {
      return "tensor type 4 is the MXFP4 of Ollama's first gpt-oss files, which is no longer read: pull the model again";
    }
    if (NOT_READ.containsKey(id)) {
      return "tensor type "
          + id
          + " ("
          + NOT_READ.get(id)
          + ") is not read yet: use a file of another quant type";
    }
    if (REMOVED.containsKey(id)) {
      String i2s = id == QuantType.I2_S.ggmlId() ? "; as I2_S it is read only for " + BITNET : "";
      return "tensor type "
          + id
          + " ("
          + REMOVED.get(id)
          + ") was removed from ggml: convert the model again"
          + i2s
          + ", architecture="
          + architecture;
    }
    return "tensor type must be one that ggml defines: type=" + Integer.toUnsignedString(id);
  }
}
