package dev.javelin.gguf;

import java.util.SequencedMap;

/** What one walk over a file finds: its keys and tensors, in the file's order. */
record Index(int version, Metadata metadata, SequencedMap<String, TensorInfo> tensors) {}
