package dev.javelin.engine.convert;

/** Where the keys of a model go: into a file, or into memory. */
@FunctionalInterface
interface KeySink {
  /** Puts a value whose type follows from its Java class. */
  void put(String key, Object value);
}
