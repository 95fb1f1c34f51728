package dev.javelin.engine.convert;

import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.TensorInfo;
import dev.javelin.tensor.QuantType;
import java.util.Set;

/**
 * Which type each tensor of a file gets when the file is quantized to one type, by the rules of
 * llama.cpp's quantizer where a type has no mixture.
 *
 * <ul>
 *   <li>Matrices and stacks of matrices ("*.weight" of 2 or 3 dimensions) in F32, F16 or BF16 are
 *       quantized. Vectors, norms, routers of experts and tables of positions stay as they are; so
 *       do tensors that are quantized already.
 *   <li>The output matrix (the embedding where that is also the output) gets Q6_K; Q8_0 if the
 *       wanted type is Q8_0 or MXFP4. With ternary types an embedding of its own gets Q4_K. With
 *       {@code pure} both get the wanted type. F32, F16 and BF16 are always pure.
 *   <li>A matrix whose rows are no whole blocks gets the nearest type with shorter blocks ({@link
 *       #fallback}), F16 if there is none.
 * </ul>
 */
final class QuantRules {
  private static final String EMBEDDING = "token_embd.weight";
  private static final String OUTPUT = "output.weight";
  private static final Set<QuantType> FLOATS = Set.of(QuantType.F32, QuantType.F16, QuantType.BF16);

  private final QuantType wanted;
  private final boolean pure;
  private final boolean tied;

  QuantRules(GgufFile file, QuantType wanted, boolean pure) {
    this.wanted = wanted;
    this.pure = pure || FLOATS.contains(wanted);
    this.tied = !file.has(OUTPUT);
  }

  /** The type that a tensor gets; its own if it is only copied. */
  QuantType type(TensorInfo tensor) {
    if (!isMatrix(tensor) || !FLOATS.contains(tensor.type())) {
      return tensor.type();
    }
    QuantType type = pure ? wanted : mixed(tensor.name());
    long columns = tensor.dimensions()[0];
    while (columns % type.blockWeights() != 0) {
      type = fallback(type);
    }
    return type;
  }

  private static boolean isMatrix(TensorInfo tensor) {
    String name = tensor.name();
    int dimensions = tensor.dimensions().length;
    return (dimensions == 2 || dimensions == 3)
        && tensor.elementCount() > 0
        && name.endsWith("weight")
        && !name.endsWith("_norm.weight")
        && !name.endsWith("ffn_gate_inp.weight")
        && !name.equals("position_embd.weight")
        && !name.equals("token_types.weight");
  }

  private QuantType mixed(String name) {
    boolean ternary = wanted == QuantType.TQ1_0 || wanted == QuantType.TQ2_0;
    if (name.equals(OUTPUT) || tied && name.equals(EMBEDDING)) {
      return wanted == QuantType.Q8_0 || wanted == QuantType.MXFP4
          ? QuantType.Q8_0
          : QuantType.Q6_K;
    }
    return ternary && name.equals(EMBEDDING) ? QuantType.Q4_K : wanted;
  }

  /** What takes the place of a type whose blocks do not divide a row. */
  static QuantType fallback(QuantType type) {
    return switch (type) {
      case Q2_K, Q3_K, IQ4_XS -> QuantType.IQ4_NL;
      case TQ1_0, TQ2_0 -> QuantType.Q4_0;
      case Q4_K -> QuantType.Q5_0;
      case Q5_K -> QuantType.Q5_1;
      case Q6_K -> QuantType.Q8_0;
      default -> QuantType.F16;
    };
  }

  /** What {@code general.file_type} says of such a file. */
  static int fileType(QuantType type) {
    return switch (type) {
      case F32 -> 0;
      case F16 -> 1;
      case Q4_0 -> 2;
      case Q4_1 -> 3;
      case Q8_0 -> 7;
      case Q5_0 -> 8;
      case Q5_1 -> 9;
      case Q2_K -> 10;
      case Q3_K -> 11;
      case Q4_K -> 14;
      case Q5_K -> 16;
      case Q6_K -> 18;
      case IQ4_NL -> 25;
      case IQ4_XS -> 30;
      case BF16 -> 32;
      case TQ1_0 -> 36;
      case TQ2_0 -> 37;
      case MXFP4 -> 38;
      default -> throw new IllegalArgumentException(type + " is no type of a whole file");
    };
  }
}
