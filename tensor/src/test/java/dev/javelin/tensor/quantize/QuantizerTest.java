package dev.javelin.tensor.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tensor.QuantType;
import dev.javelin.tensor.Quantizer;
import dev.javelin.tensor.quant.GoldenQuants;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of golden-quants and golden-quantize were made by ggml; see the READMEs there. */
class QuantizerTest {
  static Stream<QuantType> types() {
    return Quantizer.types().stream();
  }

  static Stream<QuantType> blockTypes() {
    return types().filter(type -> type.blockWeights() > 1);
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "Q4_0", "Q8_0", "MXFP4"})
  void makesTheBytesOfTheGoldenVectors(QuantType type) {
    GoldenQuants golden = GoldenQuants.of(type);
    assertSameBlocks(type, golden.quantizeOut(), quantize(type, golden.quantizeIn()));
  }

  @ParameterizedTest
  @MethodSource("blockTypes")
  void makesTheBytesOfTheReferenceForEveryKindOfWeights(QuantType type) throws IOException {
    byte[] bytes = resource("x.f32");
    float[] x = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(x);
    assertSameBlocks(type, resource(type + ".bin"), quantize(type, x));
  }

  /**
   * Root mean square error of normally distributed weights, as a part of their standard deviation;
   * rounded up from ggml's.
   */
  private static final Map<QuantType, Double> ERRORS =
      Map.ofEntries(
          Map.entry(QuantType.F32, 0.0),
          Map.entry(QuantType.F16, 0.0003),
          Map.entry(QuantType.BF16, 0.002),
          Map.entry(QuantType.Q8_0, 0.006),
          Map.entry(QuantType.Q6_K, 0.02),
          Map.entry(QuantType.Q5_K, 0.04),
          Map.entry(QuantType.Q5_1, 0.04),
          Map.entry(QuantType.Q5_0, 0.05),
          Map.entry(QuantType.Q4_K, 0.075),
          Map.entry(QuantType.IQ4_NL, 0.08),
          Map.entry(QuantType.IQ4_XS, 0.08),
          Map.entry(QuantType.Q4_1, 0.08),
          Map.entry(QuantType.Q4_0, 0.09),
          Map.entry(QuantType.MXFP4, 0.13),
          Map.entry(QuantType.Q3_K, 0.17),
          Map.entry(QuantType.Q2_K, 0.35));

  @ParameterizedTest
  @MethodSource("types")
  void whatIsReadBackIsCloseToWhatWasWritten(QuantType type) {
    boolean ternary = type == QuantType.TQ1_0 || type == QuantType.TQ2_0;
    Random random = new Random(1);
    float[] x = new float[256 * 40];
    for (int i = 0; i < x.length; i++) {
      x[i] = ternary ? (random.nextInt(3) - 1) * 0.25f : (float) random.nextGaussian();
    }
    float[] back = new float[x.length];
    type.format().dequantize(MemorySegment.ofArray(quantize(type, x)), 0, back, 0, x.length);
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      squares += (back[i] - x[i]) * (double) (back[i] - x[i]);
    }
    double error = Math.sqrt(squares / x.length);
    assertTrue(error <= ERRORS.getOrDefault(type, 0.0), type + ": " + error);
  }

  @ParameterizedTest
  @MethodSource("blockTypes")
  void zerosStayZeros(QuantType type) {
    float[] back = new float[type.blockWeights()];
    MemorySegment block = MemorySegment.ofArray(quantize(type, new float[back.length]));
    type.format().dequantize(block, 0, back, 0, back.length);
    for (float value : back) {
      assertEquals(0, value, 0.0);
    }
  }

  @ParameterizedTest
  @MethodSource("blockTypes")
  void offsetsAreRespectedAndAnInstanceCanBeUsedAgain(QuantType type) {
    Random random = new Random(2);
    float[] x = new float[3 + 2 * type.blockWeights()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    byte[] expected = quantize(type, Arrays.copyOfRange(x, 3 + type.blockWeights(), x.length));
    Quantizer quantizer = Quantizer.of(type);
    byte[] target = new byte[type.blockBytes() + 7];
    quantizer.quantize(x, 3, type.blockWeights(), target, 0);
    quantizer.quantize(x, 3 + type.blockWeights(), type.blockWeights(), target, 5);
    assertArrayEquals(expected, Arrays.copyOfRange(target, 5, 5 + type.blockBytes()));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> quantizer.quantize(x, 3, type.blockWeights(), target, 8));
  }

  @Test
  void refusesTypesThatNeedAnImportanceMatrixOrHoldNoWeights() {
    for (QuantType type :
        new QuantType[] {QuantType.IQ1_S, QuantType.IQ2_XS, QuantType.I2_S, QuantType.I32}) {
      assertThrows(IllegalArgumentException.class, () -> Quantizer.of(type));
    }
  }

  private static byte[] quantize(QuantType type, float[] x) {
    byte[] blocks = new byte[(int) type.byteSize(x.length)];
    Quantizer.of(type).quantize(x, 0, x.length, blocks, 0);
    return blocks;
  }

  private static void assertSameBlocks(QuantType type, byte[] expected, byte[] actual) {
    assertEquals(expected.length, actual.length);
    int size = type.blockBytes();
    for (int o = 0; o < expected.length; o += size) {
      assertArrayEquals(
          Arrays.copyOfRange(expected, o, o + size),
          Arrays.copyOfRange(actual, o, o + size),
          "block " + o / size);
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = QuantizerTest.class.getResourceAsStream("/golden-quantize/" + name)) {
      return in.readAllBytes();
    }
  }
}
