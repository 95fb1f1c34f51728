package dev.javelin.engine.tokenizer;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The raw material of a tokenizer, as a model file holds it ({@code tokenizer.ggml.*}).
 *
 * @param model the algorithm: "gpt2" or "llama"
 * @param preTokenizer how text is cut, by GGUF's name; only for "gpt2"
 * @param architecture of the model; decides where the file is silent or known to be wrong
 * @param tokens in their stored form
 * @param kinds {@link TokenKind#ggufId} of each token; empty: all are normal
 * @param scores of each token, only for "llama"; may be empty
 * @param merges pairs of stored tokens with a space between, best first; only for "gpt2"
 * @param options the single values
 */
record Vocabulary(
    String model,
    Optional<String> preTokenizer,
    String architecture,
    ByteStrings tokens,
    int[] kinds,
    float[] scores,
    ByteStrings merges,
    Options options) {

  /**
   * Single tokens and switches.
   *
   * @param endIds further tokens that end a generation
   * @param addsBos empty: the algorithm's custom
   */
  record Options(
      OptionalInt bos,
      OptionalInt eos,
      OptionalInt unknown,
      int[] endIds,
      Optional<Boolean> addsBos,
      Optional<Boolean> addsEos,
      Optional<Boolean> addsSpacePrefix) {
    static final Options NONE =
        new Options(
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            new int[0],
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
  }
}
