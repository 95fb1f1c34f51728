package dev.javelin.engine.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.engine.EngineOptions;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.ModelInvalid;
import dev.javelin.engine.PlainClassPathTest;
import dev.javelin.engine.Shared;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.TensorInfo;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.ops.KvType;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Golden models, written as Hugging Face folders and converted again, still give the logits of the
 * program that they were made with.
 */
class HfConverterTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "smollm2-tiny-f32",
        "llama3-tiny-f16",
        "qwen2-tiny-f32",
        "gpt2-tiny-f32",
        "gpt-oss-tiny-mxfp4",
        "llama-spm-tiny-f32",
        "bitnet-b158-tiny-f32"
      })
  void aConvertedFolderGivesTheReferencesLogits(String name) throws IOException {
    Path golden = Shared.path("golden/models/" + name + ".gguf");
    Path out = folder.resolve("out.gguf");
    try (GgufFile file = GgufFile.open(golden)) {
      new HfWriter(file).write(folder, name.startsWith("qwen2") ? 2 : 1);
      HfConverter.convert(folder, out, (number, count, tensor) -> {});
      try (GgufFile converted = GgufFile.open(out)) {
        sameVocabulary(file, converted);
        assertEquals(file.has("rope_freqs.weight"), converted.has("rope_freqs.weight"));
        if (file.has("rope_freqs.weight")) {
          assertArrayEquals(
              file.vector("rope_freqs.weight"), converted.vector("rope_freqs.weight"), 1e-5f);
        }
      }
    }
    sameLogits(name, out);
    sameLogits(name, folder); // read in place
  }

  /** What another JVM runs in the folder. */
  public static final class WorkingFolder {
    private WorkingFolder() {}

    public static void main(String[] args) throws IOException {
      try (GgufFile model = HfConverter.open(Path.of("."))) {
        System.out.println("tensors " + model.tensors().size());
      }
    }
  }

  @Test
  void shardsInTheWorkingFolderAreFound() throws IOException, InterruptedException {
    int tensors;
    try (GgufFile file = GgufFile.open(Shared.path("golden/models/qwen2-tiny-f32.gguf"))) {
      new HfWriter(file).write(folder, 2);
      tensors = file.tensors().size();
    }
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                PlainClassPathTest.classPath(),
                WorkingFolder.class.getName())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    assertTrue(out.contains("tensors " + tensors), out);
  }

  @Test
  void mxfp4BlocksAreMovedBitForBit() throws IOException {
    try (GgufFile file = GgufFile.open(Shared.path("golden/models/gpt-oss-tiny-mxfp4.gguf"))) {
      new HfWriter(file).write(folder, 1);
      Path out = folder.resolve("out.gguf");
      HfConverter.convert(folder, out, (number, count, tensor) -> {});
      try (GgufFile converted = GgufFile.open(out)) {
        for (String part : new String[] {"gate", "up", "down"}) {
          String name = "blk.1.ffn_" + part + "_exps.weight";
          assertEquals(QuantType.MXFP4, converted.tensor(name).type());
          assertArrayEquals(
              file.data(file.tensor(name)).toArray(ValueLayout.JAVA_BYTE),
              converted.data(converted.tensor(name)).toArray(ValueLayout.JAVA_BYTE),
              name);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void packedTernaryWeightsAreMovedBitForBit(boolean inverse) throws IOException {
    try (GgufFile file = GgufFile.open(Shared.path("golden/models/bitnet-b158-tiny-i2_s.gguf"))) {
      new HfWriter(file).packed(inverse).write(folder, 1);
      Path config = folder.resolve("config.json");
      String mode = inverse ? "none" : "offline";
      Files.writeString(
          config,
          Files.readString(config)
              .replaceFirst(
                  "\\{", "{\"quantization_config\":{\"quantization_mode\":\"" + mode + "\"},"));
      int compared = 0;
      try (GgufFile converted = HfConverter.open(folder)) {
        for (TensorInfo tensor : file.tensors().values()) {
          if (tensor.type() == QuantType.I2_S) {
            assertEquals(QuantType.I2_S, converted.tensor(tensor.name()).type());
            assertArrayEquals(
                file.vector(tensor.name()), converted.vector(tensor.name()), 1e-7f, tensor.name());
            compared++;
          }
        }
      }
      assertTrue(compared > 0);
    }
    sameLogits("bitnet-b158-tiny-i2_s", folder);
  }

  @Test
  void aFolderThatLacksATensorIsRefusedAndLeavesNoFile() throws IOException {
    try (GgufFile file = GgufFile.open(Shared.path("golden/models/qwen2-tiny-f32.gguf"))) {
      new HfWriter(file).write(folder, 2);
    }
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, Files.readString(index).replace("00002-of", "00001-of"));
    Path out = folder.resolve("out.gguf");
    var failure =
        assertThrows(
            ModelInvalid.class,
            () -> HfConverter.convert(folder, out, (number, count, tensor) -> {}));
    assertTrue(failure.getMessage().contains("must have the tensor"), failure.getMessage());
    assertFalse(Files.exists(out));
  }

  @Test
  void aSpoiltHeaderIsRefused() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"llama\"}");
    for (byte[] bytes :
        new byte[][] {
          {}, {1, 2, 3}, {-1, -1, -1, -1, -1, -1, -1, 127, 1}, {100, 0, 0, 0, 0, 0, 0, 0, 1}
        }) {
      Files.write(folder.resolve("model.safetensors"), bytes);
      assertThrows(
          ModelInvalid.class,
          () -> HfConverter.convert(folder, folder.resolve("out"), (number, count, tensor) -> {}));
    }
  }

  private static void sameVocabulary(GgufFile file, GgufFile converted) {
    boolean sentencePiece = file.metadata().string("tokenizer.ggml.model").equals("llama");
    assertArrayEquals(
        file.metadata().strings("tokenizer.ggml.tokens"),
        converted.metadata().strings("tokenizer.ggml.tokens"));
    if (sentencePiece) {
      String scores = "tokenizer.ggml.scores";
      assertArrayEquals(file.metadata().floats(scores), converted.metadata().floats(scores));
    } else {
      String merges = "tokenizer.ggml.merges";
      assertArrayEquals(file.metadata().strings(merges), converted.metadata().strings(merges));
      assertEquals(
          file.metadata().string("tokenizer.ggml.pre"),
          converted.metadata().string("tokenizer.ggml.pre"));
    }
    String kinds = "tokenizer.ggml.token_type";
    assertArrayEquals(file.metadata().ints(kinds), converted.metadata().ints(kinds));
  }

  private static void sameLogits(String name, Path converted) throws IOException {
    JsonNode json =
        new ObjectMapper().readTree(Shared.path("golden/models/" + name + ".json").toFile());
    Path logitsFile = Shared.path("golden/models/" + json.get("logits_file").asText());
    FloatBuffer truth =
        ByteBuffer.wrap(Files.readAllBytes(logitsFile))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    double bound = json.at("/tolerance/f32_activations_max_abs").asDouble();
    int vocabulary = json.get("n_vocab").asInt();
    EngineOptions options =
        EngineOptions.defaults()
            .withThreads(2)
            .withContextLength(256)
            .withMaxSequences(4)
            .withKvType(KvType.F32)
            .withYarnRounded(true);
    try (LanguageModel model = LanguageModel.open(converted, options)) {
      for (JsonNode prompt : json.get("prompts")) {
        int[] ids =
            StreamSupport.stream(prompt.get("ids").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
        int[] at = {prompt.get("logits_offset").asInt() / Float.BYTES};
        model.evaluate(
            ids,
            prompt.get("rows").asText().equals("all"),
            (position, logits, offset) -> {
              float[] wanted = new float[vocabulary];
              truth.get(at[0], wanted);
              assertArrayEquals(
                  wanted,
                  Arrays.copyOfRange(logits, offset, offset + vocabulary),
                  (float) bound,
                  name + " " + prompt.get("name"));
              at[0] += vocabulary;
            });
      }
    }
  }
}
