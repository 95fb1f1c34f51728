package dev.javelin.engine.tokenizer;

import static dev.javelin.engine.tokenizer.CharClass.ASCII_DIGIT;
import static dev.javelin.engine.tokenizer.CharClass.EXTRA;
import static dev.javelin.engine.tokenizer.CharClass.LETTER;
import static dev.javelin.engine.tokenizer.CharClass.LINE_END;
import static dev.javelin.engine.tokenizer.CharClass.MARK;
import static dev.javelin.engine.tokenizer.CharClass.NUMBER;
import static dev.javelin.engine.tokenizer.CharClass.PUNCTUATION;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How text is cut into pieces before merging, by the names of {@code tokenizer.ggml.pre}. Several
 * splitters work one after the other, each on the pieces of the one before; a piece's end is then
 * the end of the text for the next.
 */
enum PreTokenizer {
  /** No name in the file, or "default": punctuation apart, then GPT-2, then numerals in threes. */
  DEFAULT(
      List.of("default"),
      RunSplit.of(PUNCTUATION | EXTRA),
      new Gpt2Split(),
      RunSplit.of(NUMBER),
      RunSplit.of(ASCII_DIGIT).ofLength(3, 3)),
  GPT_2(
      List.of(
          "gpt-2",
          "mpt",
          "olmo",
          "jais",
          "phi-2",
          "gigachat",
          "mellum",
          "exaone4",
          "trillion",
          "granite-docling"),
      new Gpt2Split()),
  /** Single numerals, then GPT-2. */
  SMOLLM(
      List.of(
          "smollm",
          "starcoder",
          "refact",
          "command-r",
          "codeshell",
          "exaone",
          "minerva-7b",
          "mellum2"),
      RunSplit.of(NUMBER).ofLength(1, 1),
      new Gpt2Split()),
  QWEN2(
      List.of(
          "qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan", "megrez", "solar-open", "grok-2"),
      new Llama3Split(LETTER, 1)),
  QWEN35(List.of("qwen35"), new Llama3Split(LETTER | MARK, 1)),
  LLAMA_3(
      List.of(
          "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"),
      new Llama3Split(LETTER, 3)),
  /** Llama 3's pattern without its other customs. */
  CL100K(List.of("dbrx", "smaug-bpe", "glm4", "chatglm-bpe"), new Llama3Split(LETTER, 3)),
  GPT_4O(List.of("gpt-4o", "llama4", "kanana2", "minimax-m2"), new Gpt4oSplit(true, 3)),
  TEKKEN(List.of("tekken"), new Gpt4oSplit(false, 1)),
  FALCON(
      List.of("falcon"),
      RunSplit.of(
          (text, i) -> (text.classes(i) & (PUNCTUATION | EXTRA)) != 0 || text.bytes()[i] == '`'),
      new Gpt2Split(),
      RunSplit.of(ASCII_DIGIT).ofLength(3, 3)),
  DEEPSEEK_LLM(
      List.of("deepseek-llm"),
      RunSplit.of(LINE_END).ofLength(1, 1),
      RunSplit.of(DeepSeekClasses::isCased).afterSpace(),
      RunSplit.of(DeepSeekClasses::isMark).afterSpace(),
      new TrailingSpaceSplit(),
      RunSplit.of(DeepSeekClasses::isEastAsian),
      RunSplit.of(NUMBER)),
  DEEPSEEK_CODER(
      List.of("deepseek-coder"),
      RunSplit.of(LINE_END).ofLength(1, 1),
      RunSplit.of(LETTER).afterSpace(),
      RunSplit.of(PUNCTUATION).afterSpace(),
      RunSplit.of(DeepSeekClasses::isEastAsian),
      RunSplit.of(NUMBER).ofLength(1, 1));

  private final List<String> names;
  private final Splitter[] splitters;

  PreTokenizer(List<String> names, Splitter... splitters) {
    this.names = names;
    this.splitters = splitters;
  }

  static Optional<PreTokenizer> byName(String name) {
    return Arrays.stream(values()).filter(p -> p.names.contains(name)).findFirst();
  }

  static String allNames() {
    return Arrays.stream(values()).flatMap(p -> p.names.stream()).collect(Collectors.joining(", "));
  }

  /** Llama 3 and tekken take a piece that is a token whole, without merging. */
  boolean takesTokensWhole() {
    return this == LLAMA_3 || this == TEKKEN;
  }

  /** Whether a sequence begins with BOS when the file does not say. */
  boolean addsBosByDefault() {
    return this == LLAMA_3 || this == TEKKEN;
  }

  /** Hands the pieces of {@code text[from, to)} to the sink, in order. */
  void split(Utf8Text text, int from, int to, PieceSink sink) {
    split(0, text, from, to, sink);
  }

  private void split(int stage, Utf8Text text, int from, int to, PieceSink sink) {
    Splitter splitter = splitters[stage];
    boolean last = stage == splitters.length - 1;
    for (int start = from; start < to; ) {
      int end = splitter.pieceEnd(text, start, to);
      if (last) {
        sink.piece(start, end);
      } else {
        split(stage + 1, text, start, end, sink);
      }
      start = end;
    }
  }

  /** Takes pieces as byte ranges of the text. */
  interface PieceSink {
    void piece(int from, int to);
  }
}
