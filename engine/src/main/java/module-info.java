/** What happens in order: requests, batches, models, samplers and prompts. Knows no HTTP. */
module dev.javelin.engine {
  requires dev.javelin.tensor;
  requires dev.javelin.gguf;
  requires dev.javelin.kvcache;
  requires transitive com.fasterxml.jackson.databind;

  exports dev.javelin.engine;
}
