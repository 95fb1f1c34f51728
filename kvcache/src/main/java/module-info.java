/** Where keys and values of past tokens are kept. */
module dev.javelin.kvcache {
  requires transitive dev.javelin.tensor;

  exports dev.javelin.kvcache;
}
