/**
 * What happens in order: requests, batches, models, samplers and prompts. Serves no HTTP; the one
 * thing that speaks it is the client of another server.
 */
module dev.javelin.engine {
  requires transitive dev.javelin.tensor;
  requires transitive dev.javelin.gguf;
  requires transitive dev.javelin.kvcache;
  requires transitive com.fasterxml.jackson.databind;
  requires java.management;
  requires java.net.http;
  requires jdk.management;

  exports dev.javelin.engine;
  exports dev.javelin.engine.constrain;
  exports dev.javelin.engine.convert;
  exports dev.javelin.engine.prompt;
  exports dev.javelin.engine.sampling;
  exports dev.javelin.engine.tokenizer;
}
