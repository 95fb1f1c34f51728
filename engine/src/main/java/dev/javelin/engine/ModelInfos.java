package dev.javelin.engine;

import dev.javelin.engine.model.Model;
import dev.javelin.engine.model.ModelSizes;
import dev.javelin.engine.prompt.PromptFormat;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.TensorInfo;
import dev.javelin.kvcache.KvLayout;
import dev.javelin.tensor.Hardware;
import dev.javelin.tensor.ops.KvBlockFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Gathers what there is to say about an open model. */
final class ModelInfos {
  private ModelInfos() {}

  static ModelInfo of(
      GgufFile file,
      Model model,
      Tokenizer tokenizer,
      Optional<PromptFormat> format,
      int contextLength,
      int threads,
      long kvBytes) {
    Map<String, Long> bytesByType = new TreeMap<>();
    for (TensorInfo tensor : file.tensors().values()) {
      bytesByType.merge(tensor.type().name(), tensor.byteSize(), Long::sum);
    }
    ModelSizes sizes = model.sizes();
    return new ModelInfo(
        file.metadata().optionalString("general.name").orElse(file.path().getFileName().toString()),
        sizes.architecture(),
        file.path(),
        file.byteSize(),
        file.parameterCount(),
        bytesByType,
        tokenizer.vocabularySize(),
        sizes.layerCount(),
        sizes.embeddingLength(),
        sizes.contextLength(),
        contextLength,
        format.map(PromptFormat::name).orElse(""),
        file.fingerprint(),
        threads,
        Hardware.vectorBits(),
        kvBytes,
        kvLayout(model.kvLayout()));
  }

  private static String kvLayout(KvLayout layout) {
    KvBlockFormat format = layout.format();
    return format.type()
        + " "
        + format.kvHeadCount()
        + "x"
        + format.headDim()
        + " block "
        + format.blockTokens()
        + " groups "
        + layout.groups().stream()
            .map(group -> group.layers().size() + "@" + group.windowTokens())
            .collect(Collectors.joining(","));
  }
}
