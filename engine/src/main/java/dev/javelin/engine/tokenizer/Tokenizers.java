package dev.javelin.engine.tokenizer;

import dev.javelin.gguf.Metadata;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Makes the tokenizer that a model file describes; checks the vocabulary at the door. */
public final class Tokenizers {
  static final String MODEL = "tokenizer.ggml.model";
  static final String PRE = "tokenizer.ggml.pre";
  static final String TOKENS = "tokenizer.ggml.tokens";
  static final String KINDS = "tokenizer.ggml.token_type";
  static final String SCORES = "tokenizer.ggml.scores";
  static final String MERGES = "tokenizer.ggml.merges";

  /** The Llama 3 vocabulary, whose early files do not name their pre-tokenizer. */
  private static final int LLAMA_3_TOKENS = 128_256;

  private static final int LLAMA_3_MERGES = 280_147;

  /** "No such token", as some converters write it: -1 in 32 unsigned bits. */
  private static final long NO_ID = 0xFFFF_FFFFL;

  private Tokenizers() {}

  /**
   * The tokenizer of a model file.
   *
   * @throws TokenizerException if the vocabulary breaks a rule
   */
  public static Tokenizer of(Metadata metadata) {
    return of(read(metadata));
  }

  static Tokenizer of(Vocabulary vocabulary) {
    if (vocabulary.tokens().size() == 0) {
      throw new TokenizerException(TOKENS, "a tokenizer needs tokens: count=0");
    }
    return switch (vocabulary.model()) {
      case "gpt2" -> bpe(vocabulary);
      case "llama" -> sentencePiece(vocabulary);
      default ->
          throw new TokenizerException(
              MODEL, "must be a known algorithm (gpt2, llama): model='" + vocabulary.model() + "'");
    };
  }

  private static Tokenizer bpe(Vocabulary vocabulary) {
    PreTokenizer preTokenizer = preTokenizer(vocabulary);
    int[] kinds = TokenTable.kindIds(vocabulary);
    ByteStrings bytes = byteLevel(vocabulary.tokens(), kinds);
    TokenTable tokens =
        new TokenTable(bytes, bytes, kinds, EnumSet.of(TokenKind.NORMAL, TokenKind.BYTE));
    MergeTable merges = new MergeTable(vocabulary.merges(), tokens.ordinary());
    Vocabulary.Options options = checked(vocabulary.options(), tokens.size());
    BpeEncoder encoder = new BpeEncoder(preTokenizer, tokens, merges, options.unknown());
    VocabularyTokenizer.Ends ends = ends(options, preTokenizer.addsBosByDefault());
    return new VocabularyTokenizer(tokens, encoder, ends, EndTokens.of(options, tokens), false);
  }

  private static Tokenizer sentencePiece(Vocabulary vocabulary) {
    int[] kinds = TokenTable.kindIds(vocabulary);
    ByteStrings stored = vocabulary.tokens();
    if (vocabulary.scores().length < stored.size()) {
      throw new TokenizerException(
          SCORES,
          "needs a score for each token: scores="
              + vocabulary.scores().length
              + ", tokens="
              + stored.size());
    }
    int[] idOfByte = SpmBytes.ids(stored, kinds);
    ByteStrings bytes = SpmBytes.unescape(stored, kinds);
    TokenTable tokens =
        new TokenTable(bytes, stored, kinds, EnumSet.of(TokenKind.NORMAL, TokenKind.USER_DEFINED));
    Vocabulary.Options options =
        checked(sentencePieceDefaults(vocabulary.options(), stored.size()), stored.size());
    boolean addsSpace = options.addsSpacePrefix().orElse(true);
    SpmEncoder encoder =
        new SpmEncoder(tokens, vocabulary.scores(), idOfByte, options.unknown(), addsSpace);
    return new VocabularyTokenizer(
        tokens, encoder, ends(options, true), EndTokens.of(options, tokens), addsSpace);
  }

  /** SentencePiece's own ids for unknown, begin and end: 0, 1 and 2. */
  private static Vocabulary.Options sentencePieceDefaults(Vocabulary.Options options, int size) {
    if (size < 3) {
      return options;
    }
    return new Vocabulary.Options(
        options.bos().isPresent() ? options.bos() : OptionalInt.of(1),
        options.eos().isPresent() ? options.eos() : OptionalInt.of(2),
        options.unknown().isPresent() ? options.unknown() : OptionalInt.of(0),
        options.endIds(),
        options.addsBos(),
        options.addsEos(),
        options.addsSpacePrefix());
  }

  private static VocabularyTokenizer.Ends ends(Vocabulary.Options options, boolean addsBos) {
    return new VocabularyTokenizer.Ends(
        options.bos(),
        options.eos(),
        options.addsBos().orElse(addsBos),
        options.addsEos().orElse(false));
  }

  /**
   * The bytes of each token: kinds 3 and 4 are stored as plain text, the others in the {@link
   * ByteAlphabet}.
   */
  private static ByteStrings byteLevel(ByteStrings stored, int[] kinds) {
    ByteStrings.Builder bytes = new ByteStrings.Builder(stored.size(), stored.bytes().length);
    byte[] buffer = new byte[64];
    for (int id = 0; id < stored.size(); id++) {
      int start = stored.start(id);
      int end = stored.end(id);
      if (buffer.length < end - start) {
        buffer = new byte[2 * (end - start)];
      }
      boolean plain =
          kinds[id] == TokenKind.CONTROL.ggufId() || kinds[id] == TokenKind.USER_DEFINED.ggufId();
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
                    PRE,
                    "must be a known pre-tokenizer ("
                        + PreTokenizer.allNames()
                        + "): pre='"
                        + name
                        + "'"));
  }

  /** What files from before the key existed mean. */
  private static PreTokenizer unnamed(Vocabulary vocabulary) {
    if (vocabulary.tokens().size() == LLAMA_3_TOKENS
        && vocabulary.merges().size() == LLAMA_3_MERGES) {
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
      throw new TokenizerException(
          key, "must be the id of a token: id=" + id.getAsInt() + ", tokens=" + size);
    }
  }

  private static Vocabulary read(Metadata metadata) {
    String model =
        metadata
            .optionalString(MODEL)
            .orElseThrow(
                () ->
                    new TokenizerException(
                        MODEL, "the file must have this key: it has no tokenizer"));
    if (!metadata.has(TOKENS)) {
      throw new TokenizerException(TOKENS, "the file must have this key: it has no vocabulary");
    }
    return new Vocabulary(
        model,
        metadata.optionalString(PRE),
        metadata.architecture().orElse(""),
        ByteStrings.of(metadata.utf8Strings(TOKENS)),
        metadata.optionalInts(KINDS).orElse(new int[0]),
        metadata.optionalFloats(SCORES).orElse(new float[0]),
        metadata.has(MERGES)
            ? ByteStrings.of(metadata.utf8Strings(MERGES))
            : ByteStrings.of(List.of()),
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
    OptionalLong id = metadata.optionalLong(key);
    boolean none = id.isEmpty() || id.getAsLong() == -1 || id.getAsLong() == NO_ID;
    return none ? OptionalInt.empty() : OptionalInt.of(metadata.intValue(key));
  }
}
