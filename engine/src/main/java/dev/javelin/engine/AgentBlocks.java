package dev.javelin.engine;

import dev.javelin.kvcache.KvSequence;
import dev.javelin.kvcache.SavedBlocks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * A caller's handle on the keys and values of a sequence that has ended: a conversation that goes on with its new text
 * alone. In memory it holds the blocks themselves, without a copy; {@link #save} writes them to a file, from which {@link
 * LanguageModel#restore} brings them back in another process.
 *
 * <p>The blocks stay in use until {@link #close}: keep few handles, or a pool that is large enough for them.
 */
public final class AgentBlocks implements AutoCloseable {
  private final BatchEngine engine;
  private final SavedBlocks blocks;
  private final int[] ids;
  private final ModelInfo info;

  /**
   * @param ids all tokens of the sequence; the last one may have no key and value yet
   */
  AgentBlocks(BatchEngine engine, SavedBlocks blocks, int[] ids, ModelInfo info) {
    this.engine = engine;
    this.blocks = blocks;
    this.ids = ids;
    this.info = info;
  }

  /** All tokens of the sequence. */
  public int[] ids() {
    return ids.clone();
  }

  /** Tokens whose keys and values are held; a generation that goes on from here does not compute them again. */
  public int length() {
    return blocks.length();
  }

  /**
   * Writes the state to a file, atomically: the file is there whole or not at all.
   *
   * @param key encrypts the file with AES-256-GCM; empty: not encrypted
   */
  public void save(Path file, Optional<SecretKey> key) throws IOException {
    CheckpointFile.write(file, key, info, ids, blocks.length(), blocks.byteSize(), this::extract);
  }

  /** Copies the blocks out, on the engine's thread. */
  private void extract(java.lang.foreign.MemorySegment target) {
    engine.call(
        (model, cache) -> {
          blocks.extract(target);
          return null;
        });
  }

  /** A sequence that goes on from here, as far as {@code wanted} begins with these tokens. On the engine's thread. */
  Optional<KvSequence> open(int[] wanted) {
    int common = 0;
    int most = Math.min(blocks.length(), wanted.length - 1);
    while (common < most && wanted[common] == ids[common]) {
      common++;
    }
    KvSequence sequence = blocks.open();
    if (common > 0 && sequence.truncate(common)) {
      return Optional.of(sequence);
    }
    sequence.close();
    return Optional.empty();
  }

  /** Gives the blocks back. */
  @Override
  public void close() {
    engine.execute((model, cache) -> blocks.close());
  }
}
