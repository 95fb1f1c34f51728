/**
 * Text to token ids and back.
 *
 * <p>{@link dev.javelin.engine.tokenizer.Tokenizers} reads the vocabulary of a model file and
 * chooses between two algorithms. Byte-level BPE (GPT-2, Llama 3, Qwen, gpt-oss ...) cuts text into
 * pieces (PreTokenizer), then merges the bytes of each piece by a ranked list of pairs (BpeMerger).
 * SentencePiece (Llama 2, Gemma, Phi-3 ...) merges the characters of the whole text by the scores
 * of the tokens (SpmTokenizer). Both first cut out special tokens, and only if the caller says that
 * the text may hold some: what a user types must not become a control token.
 *
 * <p>Text is taken as it comes: Qwen's original brings it to Unicode's form NFC first, GGUF
 * programs do not, and neither do we, so that decoding gives back what was encoded. For text that
 * is NFC already, nearly all of it, both agree.
 *
 * <p>User-defined tokens (kind 4) such as runs of spaces are part of ordinary text in the original
 * tokenizers, so they are found in any text; those that look like markup ({@code <tool_call>}) only
 * when the caller asks for special tokens.
 *
 * <p>All of it works on UTF-8 bytes and takes time linear (or n log n) in the length of the text,
 * whatever the text.
 */
package dev.javelin.engine.tokenizer;
