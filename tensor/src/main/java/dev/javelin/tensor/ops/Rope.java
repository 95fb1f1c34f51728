package dev.javelin.tensor.ops;

import java.util.Arrays;

/**
 * Rotary position embedding: turns each pair of a head's components by position * frequency.
 * Frequencies are computed once, in double; cos and sin are kept as floats in chunks of positions
 * that are filled when first asked for.
 *
 * <p>Safe for use by several threads: a chunk is immutable once it is published.
 */
public final class Rope {
  /**
   * Which components form pair i of a head of which the first {@code rotaryDim} components rotate.
   */
  public enum Pairing {
    /** (2i, 2i + 1): ggml's NORM. */
    INTERLEAVED,
    /** (i, i + rotaryDim / 2): ggml's NEOX. */
    SPLIT_HALVES
  }

  private static final int CHUNK = 64; // positions

  private final Pairing pairing;
  private final int pairs;
  private final double[] frequencies; // [pairs], radians per position
  private final double magnitude; // of cos and sin
  private volatile float[][] chunks =
      new float[8][]; // [position / CHUNK][CHUNK, 2, pairs]: cos, then sin

  private Rope(Pairing pairing, double[] frequencies, double magnitude) {
    this.pairing = pairing;
    this.pairs = frequencies.length;
    this.frequencies = frequencies;
    this.magnitude = magnitude;
  }

  /**
   * Frequencies base^(-2i / rotaryDim), divided by {@code frequencyFactors[i]} (or null: none) and
   * by {@code linearFactor} (1: no scaling; GGUF's {@code rope.scaling.factor} of type linear).
   */
  public static Rope plain(
      Pairing pairing, int rotaryDim, double base, float[] frequencyFactors, double linearFactor) {
    double[] frequencies = baseFrequencies(rotaryDim, base);
    if (frequencyFactors != null && frequencyFactors.length < frequencies.length) {
      throw new IllegalArgumentException(
          "rope needs one frequency factor per pair: factors=%d, pairs=%d"
              .formatted(frequencyFactors.length, frequencies.length));
    }
    for (int i = 0; i < frequencies.length; i++) {
      double factor = frequencyFactors == null ? 1 : frequencyFactors[i];
      frequencies[i] /= factor * linearFactor;
    }
    return new Rope(pairing, frequencies, 1);
  }

  /**
   * YaRN: slow frequencies are divided by {@code factor}, fast ones stay, those between are mixed
   * along a ramp.
   *
   * @param originalContext positions the model was first trained on
   * @param betaFast turns over the original context above which a frequency stays (32)
   * @param betaSlow turns below which it is divided by the factor (1)
   * @param extFactor weight of the ramp: 1 = YaRN, 0 = plain linear scaling
   * @param attnFactor extra factor on cos and sin, beside YaRN's own 0.1 ln(factor) + 1
   * @param roundBounds ggml rounds the ends of the ramp outwards to whole pairs; the original does
   *     not
   * @see <a href="https://arxiv.org/abs/2309.00071">YaRN</a>
   */
  public static Rope yarn(
      Pairing pairing,
      int rotaryDim,
      double base,
      double factor,
      int originalContext,
      double betaFast,
      double betaSlow,
      double extFactor,
      double attnFactor,
      boolean roundBounds) {
    double[] frequencies = baseFrequencies(rotaryDim, base);
    double low = rampEnd(rotaryDim, base, originalContext, betaFast);
    double high = rampEnd(rotaryDim, base, originalContext, betaSlow);
    if (roundBounds) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, rotaryDim - 1);
    for (int i = 0; i < frequencies.length; i++) {
      double ramp = Math.clamp((i - low) / Math.max(0.001, high - low), 0.0, 1.0);
      double keep = (1 - ramp) * extFactor;
      frequencies[i] = keep * frequencies[i] + (1 - keep) * frequencies[i] / factor;
    }
    double concentration = extFactor == 0 ? 1 : 0.1 * Math.log(factor) + 1;
    return new Rope(pairing, frequencies, attnFactor * concentration);
  }

  /**
   * The pair whose frequency turns {@code turns} times over the original context; rarely a whole
   * number.
   */
  static double rampEnd(int rotaryDim, double base, int originalContext, double turns) {
    return rotaryDim * Math.log(originalContext / (turns * 2 * Math.PI)) / (2 * Math.log(base));
  }

  private static double[] baseFrequencies(int rotaryDim, double base) {
    if (rotaryDim <= 0 || rotaryDim % 2 != 0) {
      throw new IllegalArgumentException(
          "rope needs an even rotaryDim > 0: rotaryDim=" + rotaryDim);
    }
    double[] frequencies = new double[rotaryDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(base, -2.0 * i / rotaryDim);
    }
    return frequencies;
  }

  /** Factor on cos and sin: 1 for plain rope, YaRN's concentration otherwise. */
  public double magnitude() {
    return magnitude;
  }

  /** Radians per position of pair {@code i}. */
  public double frequency(int i) {
    return frequencies[i];
  }

  /** Rotates the heads x[offset..] = [headCount, headDim] of one token in place. */
  public void apply(float[] x, int offset, int headCount, int headDim, int position) {
    float[] table = chunk(position / CHUNK);
    int cos = position % CHUNK * 2 * pairs;
    int sin = cos + pairs;
    switch (pairing) {
      case INTERLEAVED -> {
        for (int head = 0, o = offset; head < headCount; head++, o += headDim) {
          rotateInterleaved(x, o, table, cos, sin);
        }
      }
      case SPLIT_HALVES -> {
        for (int head = 0, o = offset; head < headCount; head++, o += headDim) {
          rotateHalves(x, o, table, cos, sin);
        }
      }
    }
  }

  private void rotateInterleaved(float[] x, int offset, float[] table, int cos, int sin) {
    for (int i = 0; i < pairs; i++) {
      float a = x[offset + 2 * i];
      float b = x[offset + 2 * i + 1];
      x[offset + 2 * i] = a * table[cos + i] - b * table[sin + i];
      x[offset + 2 * i + 1] = a * table[sin + i] + b * table[cos + i];
    }
  }

  private void rotateHalves(float[] x, int offset, float[] table, int cos, int sin) {
    for (int i = 0; i < pairs; i++) {
      float a = x[offset + i];
      float b = x[offset + pairs + i];
      x[offset + i] = a * table[cos + i] - b * table[sin + i];
      x[offset + pairs + i] = a * table[sin + i] + b * table[cos + i];
    }
  }

  private float[] chunk(int index) {
    float[][] current = chunks;
    if (index < current.length && current[index] != null) {
      return current[index];
    }
    return fill(index);
  }

  private synchronized float[] fill(int index) {
    float[][] current = chunks;
    if (index < current.length && current[index] != null) {
      return current[index];
    }
    float[][] next =
        Arrays.copyOf(current, Math.max(current.length, Integer.highestOneBit(index) * 2));
    float[] table = new float[CHUNK * 2 * pairs];
    for (int p = 0; p < CHUNK; p++) {
      for (int i = 0; i < pairs; i++) {
        double angle = ((double) index * CHUNK + p) * frequencies[i];
        table[p * 2 * pairs + i] = (float) (Math.cos(angle) * magnitude);
        table[p * 2 * pairs + pairs + i] = (float) (Math.sin(angle) * magnitude);
      }
    }
    next[index] = table;
    chunks = next;
    return table;
  }
}
