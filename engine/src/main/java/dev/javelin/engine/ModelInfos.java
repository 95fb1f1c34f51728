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
import java.util.Locale;
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

  /** Family and size in a few words. */
  static String summary(ModelInfo info) {
    return String.format(
        Locale.ROOT,
        "%s, %s weights in %.1f MB, context %d of %d",
        info.architecture(),
        info.parameterCount() < 1e9
            ? String.format(Locale.ROOT, "%.1f M", info.parameterCount() / 1e6)
            : String.format(Locale.ROOT, "%.2f G", info.parameterCount() / 1e9),
        info.fileBytes() / 1e6,
        info.contextLength(),
        info.trainedContextLength());
  }

  private static String kvLayout(KvLayout layout) {
    KvBlockFormat format = layout.format();
    return format.layoutName()
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
