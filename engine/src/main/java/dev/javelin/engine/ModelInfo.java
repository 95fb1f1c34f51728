package dev.javelin.engine;

import java.nio.file.Path;
import java.util.Map;

/**
 * What is open.
 *
 * @param name from the file's metadata, else the file's name
 * @param parameterCount weights in all tensors
 * @param weightBytesByType bytes of tensor data for each quant type
 * @param trainedContextLength positions the model was made for
 * @param contextLength positions that one sequence may use here
 * @param promptFormat the chat format's name, or empty
 * @param fingerprint SHA-256 over the file's size, metadata and tensor table, as hex
 * @param kvBytes memory for keys and values
 * @param kvLayout how they lie there, in one line; equal lines can exchange saved blocks
 */
public record ModelInfo(
    String name,
    String architecture,
    Path file,
    long fileBytes,
    long parameterCount,
    Map<String, Long> weightBytesByType,
    int vocabularySize,
    int layerCount,
    int embeddingLength,
    int trainedContextLength,
    int contextLength,
    String promptFormat,
    String fingerprint,
    int threads,
    int vectorBits,
    long kvBytes,
    String kvLayout) {}
