package dev.javelin.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.sampling.SamplerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * A generation that was stopped in its middle and can go on as if nothing had happened: its request
 * with its rules, its tokens, the state of its random stream, and its keys and values. Close it
 * when it is no longer needed.
 */
public final class SavedGeneration implements AutoCloseable {
  private final GenerationRequest request;
  private final int promptTokens;
  private final SamplerState sampler;
  private final AgentBlocks blocks;

  SavedGeneration(
      GenerationRequest request, int promptTokens, SamplerState sampler, AgentBlocks blocks) {
    this.request = request;
    this.promptTokens = promptTokens;
    this.sampler = sampler;
    this.blocks = blocks;
  }

  /** The prompt's tokens and those written so far. */
  public int[] ids() {
    return blocks.ids();
  }

  /** How many of them are the prompt's. */
  public int promptTokens() {
    return promptTokens;
  }

  /**
   * Writes all of it to a file, atomically. The file holds the text of the conversation as tokens:
   * give a key where others can read it.
   */
  public void save(Path file, Optional<SecretKey> key) throws IOException {
    ObjectNode state = GenerationJson.write(request, promptTokens, sampler);
    blocks.save(file, key, state.toString());
  }

  GenerationRequest request() {
    return request;
  }

  SamplerState sampler() {
    return sampler;
  }

  AgentBlocks blocks() {
    return blocks;
  }

  @Override
  public void close() {
    blocks.close();
  }
}
