package dev.javelin.engine;

import dev.javelin.kvcache.KvSequence;
import dev.javelin.kvcache.SavedBlocks;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * A caller's handle on the keys and values of a sequence that has ended: a conversation that goes
 * on with its new text alone. In memory it holds the blocks themselves, without a copy; {@link
 * #save} writes them to a file, from which {@link LanguageModel#restore} brings them back in
 * another process.
 *
 * <p>It holds the state at the end and, unless the sequence itself ran short of blocks, the one at
 * the end of the prompt: a chat format may drop the answer's reasoning from the next prompt, which
 * then begins as this prompt did, and layers with a window cannot step back further than that.
 *
 * <p>The blocks stay in use until {@link #close}: keep few handles, or a pool that is large enough
 * for them.
 */
public final class AgentBlocks implements AutoCloseable {
  private final BatchEngine engine;
  private final List<SavedBlocks> states;
  private final int[] ids;
  private final ModelInfo info;
  private boolean closed; // belongs to the engine's thread

  /**
   * @param states longest first, at least one
   * @param ids all tokens of the sequence; the last one may have no key and value yet
   */
  AgentBlocks(BatchEngine engine, List<SavedBlocks> states, int[] ids, ModelInfo info) {
    this.engine = engine;
    this.states = List.copyOf(states);
    this.ids = ids;
    this.info = info;
  }

  /** All tokens of the sequence. */
  public int[] ids() {
    return ids.clone();
  }

  /**
   * Tokens whose keys and values are held; a generation that goes on from here does not compute
   * them again.
   */
  public int length() {
    return states.getFirst().length();
  }

  /**
   * Writes the state to a file, atomically: the file is there whole or not at all.
   *
   * @param key encrypts the file with AES-256-GCM; empty: not encrypted
   * @throws InvalidRequest if this is closed
   */
  public void save(Path file, Optional<SecretKey> key) throws IOException {
    save(file, key, "");
  }

  /**
   * The same with a text of the caller's, such as the conversation, which {@link #readNote} finds
   * again even where the blocks do not fit any more.
   */
  public void save(Path file, Optional<SecretKey> key, String note) throws IOException {
    try (Arena arena = Arena.ofShared()) {
      List<CheckpointFile.State> copies = engine.call((model, cache) -> copies(arena));
      CheckpointFile.write(file, key, info, ids, note, copies);
    }
  }

  /**
   * The note in a saved file.
   *
   * @throws CheckpointInvalid if the file is none of ours, cut off before the note's end, or has
   *     another key
   */
  public static String readNote(Path file, Optional<SecretKey> key) throws IOException {
    return CheckpointFile.readNote(file, key);
  }

  private List<CheckpointFile.State> copies(Arena arena) {
    if (closed) {
      throw new InvalidRequest("closed blocks cannot be saved: others may use them by now");
    }
    return states.stream().map(state -> copy(state, arena)).toList();
  }

  private static CheckpointFile.State copy(SavedBlocks state, Arena arena) {
    MemorySegment copy = arena.allocate(state.byteSize(), Long.BYTES);
    state.extract(copy);
    return new CheckpointFile.State(state.length(), copy);
  }

  /**
   * @throws InvalidRequest if these are the keys and values of another model
   */
  void requireOf(BatchEngine other) {
    if (engine != other) {
      throw new InvalidRequest(
          "the past belongs to another model, or to the same one opened before: save it and restore it here");
    }
  }

  /**
   * A sequence that goes on from here, as far as {@code wanted} begins with these tokens; empty if
   * it does not, or if this is closed. On the engine's thread.
   */
  Optional<KvSequence> open(int[] wanted) {
    if (closed) {
      return Optional.empty();
    }
    int common = Arrays.mismatch(ids, wanted);
    int most = Math.min(common < 0 ? ids.length : common, wanted.length - 1);
    for (SavedBlocks state : states) {
      int length = Math.min(most, state.length());
      KvSequence sequence = state.open();
      if (length > 0 && sequence.truncate(length)) {
        return Optional.of(sequence);
      }
      sequence.close();
    }
    return Optional.empty();
  }

  /** Gives the blocks back; a request that goes on from here computes its past anew. */
  @Override
  public void close() {
    engine.execute(
        () -> {
          closed = true;
          states.forEach(SavedBlocks::close);
        });
  }
}
