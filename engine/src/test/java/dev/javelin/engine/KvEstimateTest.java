package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.Metadata;
import dev.javelin.tensor.ops.KvType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The memory of keys and values, told from metadata, against what open models have. */
class KvEstimateTest {
  @Test
  void gptOssKeepsWindowsShort() {
    KvEstimate gptOss =
        KvEstimate.of(
                Metadata.of(
                    Map.of(
                        "general.architecture", "gpt-oss",
                        "gpt-oss.block_count", 24,
                        "gpt-oss.context_length", 131_072,
                        "gpt-oss.embedding_length", 2880,
                        "gpt-oss.attention.head_count", 64,
                        "gpt-oss.attention.head_count_kv", 8,
                        "gpt-oss.attention.key_length", 64,
                        "gpt-oss.attention.value_length", 64,
                        "gpt-oss.attention.sliding_window", 128)))
            .orElseThrow();
    // ceil(8192 / 32) = 256 blocks in 12 layers, ceil((127 + 512) / 32) + 1 = 21 in the other 12
    long block = 12L * 2 * 8 * 64 * 32;
    assertEquals((256 + 21) * block * 2, gptOss.bytes(KvType.F16, 8192, 1, 512));
    assertEquals((256 + 21) * block * 34 / 32, gptOss.bytes(KvType.Q8_0, 8192, 1, 512));
    assertEquals(512 * block * 2, gptOss.withoutWindows().bytes(KvType.F16, 8192, 1, 512));
    // four that hold 8,192 between them may each leave a block partly filled
    assertEquals((259 + 84) * block * 4, gptOss.bytes(KvType.F32, 8192, 4, 512));
  }

  @Test
  void everyFamilyTakesWhatIsEstimated() throws IOException {
    List<EngineOptions> kinds =
        List.of(
            EngineOptions.defaults().withThreads(1).withContextLength(256).withMaxSequences(2),
            EngineOptions.defaults()
                .withThreads(1)
                .withContextLength(200)
                .withMaxSequences(9)
                .withChunkTokens(40)
                .withKvType(KvType.F32));
    for (String name : GoldenModels.names().stream().filter(n -> n.contains("tiny")).toList()) {
      var file = GoldenModels.folder().resolve(name + ".gguf");
      for (EngineOptions options : kinds) {
        long estimated;
        try (GgufFile gguf = GgufFile.open(file)) {
          estimated = KvEstimate.of(gguf.metadata()).orElseThrow().poolBytes(options);
        }
        try (LanguageModel model = LanguageModel.open(file, options)) {
          assertEquals(model.info().kvBytes(), estimated, name);
        }
      }
    }
  }
}
