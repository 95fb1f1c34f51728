package dev.javelin.engine.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.engine.EngineOptions;
import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Shared;
import dev.javelin.engine.SplitModel;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.GgufWriter;
import dev.javelin.gguf.TensorInfo;
import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.Quantizer;
import dev.javelin.tensor.ops.KvType;
import dev.javelin.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stored models were quantized by the reference; their README lies beside them. */
class ModelQuantizerTest {
  /** Types whose weights are found again exactly: quantizing what was read back changes nothing. */
  private static final Set<QuantType> EXACT =
      EnumSet.complementOf(
          EnumSet.of(
              QuantType.Q2_K,
              QuantType.Q3_K,
              QuantType.Q4_K,
              QuantType.Q5_K,
              QuantType.IQ4_NL,
              QuantType.IQ4_XS));

  @TempDir private Path folder;

  static Stream<QuantType> types() {
    return Quantizer.types().stream().filter(type -> type != QuantType.F32);
  }

  @ParameterizedTest
  @MethodSource("types")
  void givesTheLogitsOfTheModelThatTheReferenceQuantized(QuantType type) throws IOException {
    String name = "llama-q-" + type.name().toLowerCase(Locale.ROOT);
    Path golden = Shared.path("golden/models/" + name + ".gguf");
    Path quantized = quantize(floats(golden), type, true, 2);
    JsonNode json =
        new ObjectMapper().readTree(Shared.path("golden/models/" + name + ".json").toFile());
    // Elsewhere the search may choose another scale of nearly the same error; the stored bound is
    // that of activations in 8 bits.
    String bound = EXACT.contains(type) ? "f32_activations_max_abs" : "q8_activations_max_abs";
    double error =
        worstLogit(quantized, json, golden.resolveSibling(json.get("logits_file").asText()));
    double most = json.get("tolerance").get(bound).asDouble();
    assertTrue(error <= most, type + ": error " + error + " above " + most);
  }

  private static double worstLogit(Path file, JsonNode json, Path logitsFile) throws IOException {
    FloatBuffer truth =
        ByteBuffer.wrap(Files.readAllBytes(logitsFile))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    EngineOptions options =
        EngineOptions.defaults()
            .withThreads(2)
            .withContextLength(256)
            .withMaxSequences(1)
            .withKvType(KvType.F32);
    double[] worst = {0};
    try (LanguageModel model = LanguageModel.open(file, options)) {
      JsonNode prompt = json.get("prompts").get(0);
      int[] ids = new ObjectMapper().convertValue(prompt.get("ids"), int[].class);
      int first = prompt.get("logits_offset").asInt() / Float.BYTES;
      model.evaluate(
          ids,
          false,
          (position, logits, offset) -> {
            int vocabulary = json.get("n_vocab").asInt();
            int row = first + (prompt.get("n_rows").asInt() - 1) * vocabulary;
            for (int i = 0; i < vocabulary; i++) {
              worst[0] = Math.max(worst[0], Math.abs(logits[offset + i] - truth.get(row + i)));
            }
          });
    }
    return worst[0];
  }

  @Test
  void keepsKeysVectorsAndNormsAndGivesTheOutputMoreBits() throws IOException {
    Path quantized = quantize(matrices(256, 1), QuantType.Q4_0, false, 1);
    try (GgufFile file = GgufFile.open(quantized)) {
      assertEquals("llama", file.metadata().string("general.architecture"));
      assertEquals(2, file.metadata().intValue("general.file_type"));
      assertEquals(2, file.metadata().intValue("general.quantization_version"));
      assertArrayEquals(new String[] {"a", "b"}, file.metadata().strings("tokenizer.ggml.tokens"));
      assertEquals(QuantType.Q6_K, file.tensor("output.weight").type());
      assertEquals(QuantType.Q4_0, file.tensor("token_embd.weight").type());
      assertEquals(QuantType.Q4_0, file.tensor("blk.0.ffn_up_exps.weight").type());
      assertEquals(QuantType.MXFP4, file.tensor("blk.0.ffn_down_exps.weight").type());
      for (String kept :
          new String[] {
            "blk.0.attn_norm.weight", "blk.0.ffn_gate_inp.weight", "blk.0.attn_q.bias"
          }) {
        assertEquals(QuantType.F32, file.tensor(kept).type(), kept);
      }
    }
  }

  @Test
  void rowsThatAreNoWholeBlocksGetAShorterBlock() throws IOException {
    Path input = matrices(96, 1);
    record Case(QuantType wanted, QuantType given) {}
    for (Case c :
        new Case[] {
          new Case(QuantType.Q4_K, QuantType.Q5_0), new Case(QuantType.Q5_K, QuantType.Q5_1),
          new Case(QuantType.Q6_K, QuantType.Q8_0), new Case(QuantType.Q3_K, QuantType.IQ4_NL),
          new Case(QuantType.TQ2_0, QuantType.Q4_0), new Case(QuantType.Q4_1, QuantType.Q4_1)
        }) {
      try (GgufFile file = GgufFile.open(quantize(input, c.wanted, true, 1))) {
        assertEquals(c.given, file.tensor("token_embd.weight").type());
      }
    }
    try (GgufFile file = GgufFile.open(quantize(matrices(40, 1), QuantType.Q4_K, true, 1))) {
      assertEquals(QuantType.F16, file.tensor("token_embd.weight").type());
    }
  }

  @Test
  void theBytesDoNotDependOnTheNumberOfThreads() throws IOException {
    Path input = matrices(256, 1);
    byte[] one = Files.readAllBytes(quantize(input, QuantType.Q4_K, false, 1));
    assertArrayEquals(one, Files.readAllBytes(quantize(input, QuantType.Q4_K, false, 3)));
  }

  @Test
  void refusesWeightsThatAreNotFiniteAndLeavesNoFile() throws IOException {
    Path input = matrices(256, Float.NaN);
    Path target = folder.resolve("never.gguf");
    try (GgufFile file = GgufFile.open(input);
        WorkerPool pool = new WorkerPool(2)) {
      ModelQuantizer quantizer = new ModelQuantizer(file, QuantType.Q8_0, true, pool);
      String message =
          assertThrows(InvalidRequest.class, () -> quantizer.write(target, (a, b, c, d) -> {}))
              .getMessage();
      assertTrue(
          message.contains("weights must be finite: tensor=token_embd.weight, row=1, column=7"),
          message);
    }
    assertFalse(Files.exists(target));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count(), "only the input is there");
    }
  }

  @Test
  void aModelInPartsBecomesOneFile() throws IOException {
    Path whole = matrices(256, 1);
    SplitModel.write(whole, folder, 2);
    Path parts = folder.resolve("m-00001-of-00002.gguf");
    byte[] wanted = Files.readAllBytes(quantize(whole, QuantType.Q4_0, true, 1));
    assertArrayEquals(wanted, Files.readAllBytes(quantize(parts, QuantType.Q4_0, true, 1)));
  }

  @Test
  void refusesAFileInWhichNothingWouldChange() throws IOException {
    Path once = quantize(matrices(256, 1), QuantType.Q8_0, true, 1);
    assertThrows(InvalidRequest.class, () -> quantize(once, QuantType.Q4_0, true, 1));
  }

  private Path quantize(Path input, QuantType type, boolean pure, int threads) throws IOException {
    Path target = Files.createTempFile(folder, type.name(), ".gguf");
    Files.delete(target);
    try (GgufFile file = GgufFile.open(input);
        WorkerPool pool = new WorkerPool(threads)) {
      new ModelQuantizer(file, type, pure, pool).write(target, (number, count, tensor, to) -> {});
    }
    return target;
  }

  /** The same model with every weight as F32. */
  private Path floats(Path golden) throws IOException {
    Path path = Files.createTempFile(folder, "floats", ".gguf");
    try (GgufFile file = GgufFile.open(golden);
        GgufWriter writer = GgufWriter.open(path)) {
      for (String key : file.metadata().keys()) {
        if (!key.equals("general.alignment")) {
          writer.copy(key, file.metadata());
        }
      }
      for (TensorInfo tensor : file.tensors().values()) {
        writer.declare(tensor.name(), QuantType.F32, tensor.dimensions());
      }
      for (TensorInfo tensor : file.tensors().values()) {
        writer.write(tensor.name(), file.vector(tensor.name()));
      }
      writer.finish();
    }
    return path;
  }

  /** A small file of a matrix of each kind; one weight of the embedding is {@code special}. */
  private Path matrices(int columns, float special) throws IOException {
    Path path = Files.createTempFile(folder, "in", ".gguf");
    Random random = new Random(1);
    try (GgufWriter writer = GgufWriter.open(path)) {
      writer.put("general.architecture", "llama").put("general.file_type", 0);
      writer.put("tokenizer.ggml.tokens", new String[] {"a", "b"});
      writer.declare("token_embd.weight", QuantType.F32, columns, 3);
      writer.declare("output.weight", QuantType.F16, 256, 2);
      writer.declare("blk.0.attn_norm.weight", QuantType.F32, columns);
      writer.declare("blk.0.ffn_gate_inp.weight", QuantType.F32, columns, 2);
      writer.declare("blk.0.attn_q.bias", QuantType.F32, columns);
      writer.declare("blk.0.ffn_up_exps.weight", QuantType.F32, columns, 2, 2);
      writer.declare("blk.0.ffn_down_exps.weight", QuantType.MXFP4, 32, 2, 2);
      float[] embedding = gaussians(3 * columns, random);
      embedding[columns + 7] *= special;
      writer.write("token_embd.weight", embedding);
      writer.write("output.weight", MemorySegment.ofArray(new byte[256 * 2 * 2]));
      writer.write("blk.0.attn_norm.weight", gaussians(columns, random));
      writer.write("blk.0.ffn_gate_inp.weight", gaussians(2 * columns, random));
      writer.write("blk.0.attn_q.bias", gaussians(columns, random));
      writer.write("blk.0.ffn_up_exps.weight", gaussians(4 * columns, random));
      writer.write("blk.0.ffn_down_exps.weight", MemorySegment.ofArray(new byte[17 * 4]));
      writer.finish();
    }
    return path;
  }

  private static float[] gaussians(int count, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
