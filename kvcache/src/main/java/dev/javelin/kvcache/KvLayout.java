package dev.javelin.kvcache;

import dev.javelin.tensor.ops.KvBlockFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What a cache must hold: the block format and the layers, in groups that share a window. A group's
 * block carries the keys and values of all its layers for the same tokens.
 */
public record KvLayout(KvBlockFormat format, List<LayerGroup> groups) {
  /**
   * Layers that see equally far: {@code windowTokens} positions, the token itself among them; 0 =
   * the whole context.
   *
   * @param layers layer numbers, ascending
   */
  public record LayerGroup(List<Integer> layers, int windowTokens) {
    public LayerGroup {
      layers = List.copyOf(layers);
      if (layers.isEmpty() || windowTokens < 0) {
        throw new IllegalArgumentException(
            "a layer group needs layers and windowTokens >= 0: layers=%s, windowTokens=%d"
                .formatted(layers, windowTokens));
      }
    }

    /** Whether the group sees the whole context. */
    public boolean isFull() {
      return windowTokens == 0;
    }
  }

  public KvLayout {
    groups = List.copyOf(groups);
    int layerCount = groups.stream().mapToInt(g -> g.layers().size()).sum();
    for (int layer = 0; layer < layerCount; layer++) {
      int wanted = layer;
      if (groups.stream().filter(g -> g.layers().contains(wanted)).count() != 1) {
        throw new IllegalArgumentException(
            "every layer from 0 must be in exactly one group: layer=%d, groups=%s"
                .formatted(layer, groups));
      }
    }
  }

  /**
   * Groups the layers by window; {@code windowTokens[layer]} is 0 for a layer that sees everything.
   * Full layers come first.
   */
  public static KvLayout of(KvBlockFormat format, int[] windowTokens) {
    TreeMap<Integer, List<Integer>> byWindow = new TreeMap<>();
    for (int layer = 0; layer < windowTokens.length; layer++) {
      byWindow.computeIfAbsent(windowTokens[layer], w -> new ArrayList<>()).add(layer);
    }
    return new KvLayout(
        format,
        byWindow.entrySet().stream().map(e -> new LayerGroup(e.getValue(), e.getKey())).toList());
  }

  public int layerCount() {
    return groups.stream().mapToInt(g -> g.layers().size()).sum();
  }

  /** Tokens of one block. */
  public int blockTokens() {
    return format.blockTokens();
  }

  /** Bytes of one block of a group. */
  public long blockBytes(int group) {
    return groups.get(group).layers().size() * format.bytesPerLayer();
  }

  /** Number of the group that a layer belongs to. */
  public int groupOf(int layer) {
    for (int g = 0; g < groups.size(); g++) {
      if (groups.get(g).layers().contains(layer)) {
        return g;
      }
    }
    throw new IllegalArgumentException(
        "no such layer: layer=%d, layers=%d".formatted(layer, layerCount()));
  }

  /**
   * Blocks of a group that one sequence of {@code contextTokens} holds at most, when it grows by at
   * most {@code chunkTokens} at a time; see {@link KvPoolSize#blocks}.
   */
  public int blocksPerSequence(int group, int contextTokens, int chunkTokens) {
    int window = groups.get(group).windowTokens();
    return Math.toIntExact(KvPoolSize.blocks(blockTokens(), window, contextTokens, 1, chunkTokens));
  }

  /**
   * Bytes that one sequence of {@code contextTokens} holds at most: the sum of its blocks over all
   * groups.
   */
  public long bytesPerSequence(int contextTokens, int chunkTokens) {
    long bytes = 0;
    for (int g = 0; g < groups.size(); g++) {
      bytes += blocksPerSequence(g, contextTokens, chunkTokens) * blockBytes(g);
    }
    return bytes;
  }

  /** First logical block of a group that the token at position {@code length} can still see. */
  int firstNeededBlock(int group, int length) {
    int window = groups.get(group).windowTokens();
    return window == 0 ? 0 : Math.max(0, length - window + 1) / blockTokens();
  }

  /**
   * Bytes of the saved state of a sequence of {@code tokens} tokens: of each group, the blocks from
   * the first that the next token can see.
   */
  public long savedBytes(int tokens) {
    long bytes = 0;
    for (int g = 0; g < groups.size(); g++) {
      int end = Math.ceilDiv(tokens, blockTokens());
      bytes += (end - Math.min(firstNeededBlock(g, tokens), end)) * blockBytes(g);
    }
    return bytes;
  }

  /** What {@link #bytesPerSequence} would be if no layer had a window. */
  public long bytesWithoutWindows(int contextTokens) {
    return Math.ceilDiv(contextTokens, blockTokens()) * layerCount() * format.bytesPerLayer();
  }
}
