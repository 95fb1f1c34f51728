package dev.javelin.engine.constrain.machine;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The most recently used lexeme masks; a mask over 200,000 tokens has 25 KB. Safe for many threads.
 */
public final class MaskCache {
  private record Key(Object family, long state) {}

  private final Map<Key, LexemeMask> masks;

  public MaskCache(int capacity) {
    masks =
        new LinkedHashMap<>(64, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, LexemeMask> eldest) {
            return size() > capacity;
          }
        };
  }

  synchronized LexemeMask get(Object family, long state) {
    return masks.get(new Key(family, state));
  }

  synchronized void put(Object family, long state, LexemeMask mask) {
    masks.put(new Key(family, state), mask);
  }
}
