package dev.javelin.engine;

import java.util.List;
import java.util.Optional;

/**
 * What a generation gave.
 *
 * @param text the answer
 * @param reasoning the chain of thought; empty if there was none
 * @param stop the stop string that ended the text; empty if none did
 * @param ids all tokens that the model wrote, the stop token included
 * @param malformed how often the model broke its chat format; the text was kept where possible
 * @param obeysRules whether the text or call as it stands obeys the request's rules; true if there
 *     are none
 * @param blocks the keys and values of the sequence, if the request asked to keep them; the caller
 *     closes them
 */
public record GenerationResult(
    String text,
    String reasoning,
    List<ToolCall> toolCalls,
    FinishReason finishReason,
    Optional<String> stop,
    int[] ids,
    int malformed,
    boolean obeysRules,
    Usage usage,
    Timings timings,
    Optional<AgentBlocks> blocks) {}
