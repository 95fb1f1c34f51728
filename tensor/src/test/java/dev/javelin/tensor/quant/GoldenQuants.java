package dev.javelin.tensor.quant;

import dev.javelin.tensor.QuantType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The stored blocks, values and products of one quant type; see golden-quants/README.md. */
public final class GoldenQuants {
  public static final int ROWS = 16;
  public static final int COLUMNS = 512;

  private final QuantType type;
  private final String json;
  private final ByteBuffer data;

  private GoldenQuants(QuantType type, String json, ByteBuffer data) {
    this.type = type;
    this.json = json;
    this.data = data.order(ByteOrder.LITTLE_ENDIAN);
  }

  public static GoldenQuants of(QuantType type) {
    String json = new String(resource(type + ".json"), StandardCharsets.UTF_8);
    return new GoldenQuants(type, json, ByteBuffer.wrap(resource(type + ".bin")));
  }

  private static byte[] resource(String name) {
    try (InputStream in = GoldenQuants.class.getResourceAsStream("/golden-quants/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All blocks: random ones, then the matrix. */
  public byte[] blocks() {
    byte[] bytes = new byte[number("\"raw\"[^}]*\"bytes\": *(\\d+)")];
    data.get(number("\"raw\"[^}]*\"offset\": *(\\d+)"), bytes);
    return bytes;
  }

  /** The rows of the matrix. */
  public byte[] matrix() {
    byte[] blocks = blocks();
    int size = (int) type.byteSize((long) ROWS * COLUMNS);
    byte[] matrix = new byte[size];
    System.arraycopy(blocks, blocks.length - size, matrix, 0, size);
    return matrix;
  }

  /** Values of all blocks. */
  public float[] values() {
    return floats("values");
  }

  /** What was given to the reference quantizer. */
  public float[] quantizeIn() {
    return floats("quantize_in");
  }

  /** The blocks that it made. */
  public byte[] quantizeOut() {
    byte[] bytes = new byte[number("\"quantize_out\": *\\{[^}]*\"bytes\": *(\\d+)")];
    data.get(offset("quantize_out"), bytes);
    return bytes;
  }

  public float[] x() {
    return floats("x");
  }

  /** Matrix times x in double arithmetic. */
  public double[] exactProducts() {
    double[] y = new double[ROWS];
    data.duplicate()
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(offset("y_exact"))
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asDoubleBuffer()
        .get(y);
    return y;
  }

  /** How far a product may be from {@link #exactProducts}. */
  public double tolerance() {
    Matcher m = Pattern.compile("\"y_exact_abs\": *([0-9.e-]+)").matcher(json);
    m.find();
    return Double.parseDouble(m.group(1));
  }

  private float[] floats(String section) {
    float[] values =
        new float[number("\"" + section + "\": *\\{[^}]*\"bytes\": *(\\d+)") / Float.BYTES];
    data.duplicate()
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(offset(section))
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return values;
  }

  private int offset(String section) {
    return number("\"" + section + "\": *\\{[^}]*\"offset\": *(\\d+)");
  }

  private int number(String pattern) {
    Matcher m = Pattern.compile(pattern).matcher(json);
    if (!m.find()) {
      throw new IllegalStateException(type + ".json has no " + pattern);
    }
    return Integer.parseInt(m.group(1));
  }
}
