/** Where things are in a GGUF file: open, metadata, tensor views, writer. */
module dev.javelin.gguf {
  requires transitive dev.javelin.tensor;

  exports dev.javelin.gguf;
}
