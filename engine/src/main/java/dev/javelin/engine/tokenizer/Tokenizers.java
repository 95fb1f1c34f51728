package dev.javelin.engine.tokenizer;

import dev.javelin.gguf.Metadata;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes the tokenizer that a model file describes; checks the vocabulary at the door. */
final class Tokenizers {
  static final String MODEL = "tokenizer.ggml.model";
  static final String PRE = "tokenizer.ggml.pre";
  static final String TOKENS = "tokenizer.ggml.tokens";
  static final String KINDS = "tokenizer.ggml.token_type";
  static final String SCORES = "tokenizer.ggml.scores";
  static final String MERGES = "tokenizer.ggml.merges";

  /** The Llama 3 vocabulary, whose early files do not name their pre-tokenizer. */
  private static final int LLAMA_3_TOKENS = 128_256;

  private static final int LLAMA_3_MERGES = 280_147;

  private Tokenizers() {}

  static Tokenizer of(Metadata metadata) {
    return of(read(metadata));
  }

  static Tokenizer of(Vocabulary vocabulary) {
    if (vocabulary.tokens().size() == 0) {
      throw new TokenizerException(TOKENS, "a tokenizer needs tokens: count=0");
    }
    return switch (vocabulary.model()) {
      case "gpt2" -> bpe(vocabulary);
      default ->
          throw new TokenizerException(
              MODEL, "must be a known algorithm (gpt2, llama): model='" + vocabulary.model() + "'");
    };
  }

  private static Tokenizer bpe(Vocabulary vocabulary) {
    PreTokenizer preTokenizer = preTokenizer(vocabulary);
    TokenTable tokens = new TokenTable(byteLevel(vocabulary), TokenTable.kindIds(vocabulary));
    MergeTable merges = new MergeTable(vocabulary.merges(), tokens.ordinary());
    Vocabulary.Options options = checked(vocabulary.options(), tokens.size());
    BpeEncoder encoder = new BpeEncoder(preTokenizer, tokens, merges, options.unknown());
    return tokenizer(tokens, encoder, options, preTokenizer.addsBosByDefault());
  }

  private static Tokenizer tokenizer(
      TokenTable tokens, SegmentEncoder encoder, Vocabulary.Options options, boolean addsBos) {
    VocabularyTokenizer.Ends ends =
        new VocabularyTokenizer.Ends(
            options.bos(), options.eos(), options.addsBos().orElse(addsBos), options.addsEos().orElse(false));
    return new VocabularyTokenizer(tokens, encoder, ends, EndTokens.of(options, tokens));
  }

  /** The bytes of each token: kinds 3 and 4 are stored as plain text, the others in the {@link ByteAlphabet}. */
  private static ByteStrings byteLevel(Vocabulary vocabulary) {
    ByteStrings stored = vocabulary.tokens();
    int[] kinds = TokenTable.kindIds(vocabulary);
    ByteStrings.Builder bytes = new ByteStrings.Builder(stored.size(), stored.bytes().length);
    byte[] buffer = new byte[64];
    for (int id = 0; id < stored.size(); id++) {
      int start = stored.start(id);
      int end = stored.end(id);
      if (buffer.length < end - start) {
        buffer = new byte[2 * (end - start)];
      }
      boolean plain = kinds[id] == TokenKind.CONTROL.ggufId() || kinds[id] == TokenKind.USER_DEFINED.ggufId();
      int length = plain ? -1 : ByteAlphabet.decode(stored.bytes(), start, end, buffer, 0);
      if (length < 0) {
        bytes.add(stored.bytes(), start, end);
      } else {
        bytes.add(buffer, 0, length);
      }
    }
    return bytes.build();
  }

  private static PreTokenizer preTokenizer(Vocabulary vocabulary) {
    if (vocabulary.architecture().equals("gptoss")) {
      return PreTokenizer.GPT_4O; // that converter writes "default", with o200k's vocabulary
    }
    if (vocabulary.preTokenizer().isEmpty()) {
      return unnamed(vocabulary);
    }
    String name = vocabulary.preTokenizer().get();
    return PreTokenizer.byName(name)
        .orElseThrow(
            () ->
                new TokenizerException(
                    PRE, "must be a known pre-tokenizer (" + PreTokenizer.allNames() + "): pre='" + name + "'"));
  }

  /** What files from before the key existed mean. */
  private static PreTokenizer unnamed(Vocabulary vocabulary) {
    if (vocabulary.tokens().size() == LLAMA_3_TOKENS && vocabulary.merges().size() == LLAMA_3_MERGES) {
      return PreTokenizer.LLAMA_3;
    }
    return switch (vocabulary.architecture()) {
      case "gpt2", "gptneox" -> PreTokenizer.GPT_2;
      case "gpt-oss" -> PreTokenizer.GPT_4O;
      case "qwen2", "qwen3", "qwen3moe" -> PreTokenizer.QWEN2;
      default -> PreTokenizer.DEFAULT;
    };
  }

  private static Vocabulary.Options checked(Vocabulary.Options options, int size) {
    check("tokenizer.ggml.bos_token_id", options.bos(), size);
    check("tokenizer.ggml.eos_token_id", options.eos(), size);
    check("tokenizer.ggml.unknown_token_id", options.unknown(), size);
    for (int id : options.endIds()) {
      check("tokenizer.ggml.eos_token_ids", OptionalInt.of(id), size);
    }
    return options;
  }

  private static void check(String key, OptionalInt id, int size) {
    if (id.isPresent() && (id.getAsInt() < 0 || id.getAsInt() >= size)) {
      throw new TokenizerException(key, "must be the id of a token: id=" + id.getAsInt() + ", tokens=" + size);
    }
  }

  private static Vocabulary read(Metadata metadata) {
    String model =
        metadata
            .optionalString(MODEL)
            .orElseThrow(() -> new TokenizerException(MODEL, "the file must have this key: it has no tokenizer"));
    if (!metadata.has(TOKENS)) {
      throw new TokenizerException(TOKENS, "the file must have this key: it has no vocabulary");
    }
    return new Vocabulary(
        model,
        metadata.optionalString(PRE),
        metadata.architecture().orElse(""),
        ByteStrings.of(List.of(metadata.strings(TOKENS))),
        metadata.optionalInts(KINDS).orElse(new int[0]),
        metadata.optionalFloats(SCORES).orElse(new float[0]),
        metadata.has(MERGES) ? ByteStrings.of(List.of(metadata.strings(MERGES))) : ByteStrings.of(List.of()),
        options(metadata));
  }

  private static Vocabulary.Options options(Metadata metadata) {
    return new Vocabulary.Options(
        id(metadata, "tokenizer.ggml.bos_token_id"),
        id(metadata, "tokenizer.ggml.eos_token_id"),
        id(metadata, "tokenizer.ggml.unknown_token_id"),
        endIds(metadata),
        metadata.optionalBool("tokenizer.ggml.add_bos_token"),
        metadata.optionalBool("tokenizer.ggml.add_eos_token"),
        metadata.optionalBool("tokenizer.ggml.add_space_prefix"));
  }

  private static int[] endIds(Metadata metadata) {
    IdList ids = new IdList(4);
    metadata.optionalInts("tokenizer.ggml.eos_token_ids").ifPresent(ids::addAll);
    for (String key : List.of("tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id")) {
      id(metadata, key).ifPresent(ids::add);
    }
    return ids.toArray();
  }

  private static OptionalInt id(Metadata metadata, String key) {
    return metadata.optionalInt(key);
  }
}
