package dev.javelin.bench;

import dev.javelin.bench.SuiteRow.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The suite as a roofline: what each kernel computes per second over what it computes per byte, on
 * logarithmic axes, under the two limits of the machine. A kernel far below both lines wastes time;
 * the percentage at a point is its distance. Colours are quant types, shapes are kinds of work,
 * hollow is one thread.
 */
final class Roofline {
  private static final int WIDTH = 1180;
  private static final int HEIGHT = 740;
  private static final int LEFT = 84;
  private static final int RIGHT = 910;
  private static final int TOP = 104;
  private static final int BOTTOM = 640;
  private static final double CHARACTER = 6.6; // width of a label's character
  private static final double NAME_CHARACTER = 7.4; // of a limit's name
  private static final String INK = "#1f2937";
  private static final String PALE = "#6b7280";

  private static final Map<String, String> COLOURS = colours();

  private static final List<Subject> DRAWN =
      List.of(
          Subject.DECODE,
          Subject.FEW,
          Subject.PREFILL_32,
          Subject.PREFILL_128,
          Subject.PREFILL_FAST,
          Subject.ATTENTION);

  private final List<SuiteRow> rows;
  private final Machine machine;
  private final StringBuilder out = new StringBuilder();
  private final List<double[]> taken = new ArrayList<>(); // boxes: left, top, right, bottom
  private final double fromX;
  private final double toX;
  private final double fromY;
  private final double toY;

  Roofline(List<SuiteRow> rows, Machine machine) {
    this.rows = rows.stream().filter(row -> DRAWN.contains(row.subject())).toList();
    this.machine = machine;
    this.fromX =
        powerBelow(extreme(SuiteRow::intensity, false) / 2.1); // room for the slopes' names
    this.toX = powerBelow(extreme(SuiteRow::intensity, true) * 1.3) * 2;
    this.fromY = powerBelow(extreme(Roofline::gigaflops, false) / 2.1);
    this.toY = powerBelow(Math.max(extreme(Roofline::gigaflops, true), peak(true)) * 1.2) * 2;
  }

  private static Map<String, String> colours() {
    Map<String, String> colours = new LinkedHashMap<>();
    colours.put("F32", "#6b7280");
    colours.put("F16", "#0067a5");
    colours.put("BF16", "#56b4e9");
    colours.put("Q8_0", "#e08a00");
    colours.put("Q4_0", "#00936b");
    colours.put("MXFP4", "#b0246f");
    return colours;
  }

  String svg() {
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'"
            + " font-family='Helvetica, Arial, sans-serif' font-size='13' fill='%s'>",
        WIDTH, HEIGHT, WIDTH, HEIGHT, INK);
    add("<rect width='%d' height='%d' fill='#ffffff'/>", WIDTH, HEIGHT);
    title();
    grid();
    roof(true);
    roof(false);
    rows.forEach(this::take);
    pairs();
    rows.forEach(this::marker);
    rows.forEach(this::label);
    legend();
    add("</svg>");
    return out.toString();
  }

  private void title() {
    text(
        LEFT,
        40,
        24,
        "start",
        INK,
        "Javelin: kernels in pure Java under the limits of the machine");
    text(
        LEFT,
        66,
        14,
        "start",
        PALE,
        "%s, %d cores, %s, JDK %s, commit %s, %s"
            .formatted(
                machine.cpu(),
                machine.cores(),
                machine.vectors(),
                machine.java().replaceAll(" .*", ""),
                machine.commit(),
                machine.date()));
  }

  // ---------------------------------------------------------------- axes and limits

  private void grid() {
    for (double v = fromX; v <= toX * 1.001; v *= 2) {
      add("<path d='M%.1f %d V%d' stroke='#e5e7eb'/>", x(v), TOP, BOTTOM);
      text(x(v), BOTTOM + 22, 13, "middle", PALE, number(v));
    }
    for (double v = fromY; v <= toY * 1.001; v *= 2) {
      add("<path d='M%d %.1f H%d' stroke='#e5e7eb'/>", LEFT, y(v), RIGHT);
      text(LEFT - 10, y(v) + 5, 13, "end", PALE, number(v));
    }
    text(
        (LEFT + RIGHT) / 2.0,
        BOTTOM + 50,
        14,
        "middle",
        INK,
        "floating-point operations per byte read");
    add(
        "<text transform='translate(28 %d) rotate(-90)' text-anchor='middle' font-size='14'>10⁹"
            + " floating-point operations per second</text>",
        (TOP + BOTTOM) / 2);
  }

  /** Reading memory up to the ridge, multiply-adds behind it; with the area below. */
  private void roof(boolean all) {
    double bandwidth = best(SuiteRow::readPerSecond, all) / 1e9;
    double ridge = peak(all) / bandwidth;
    double start = Math.max(fromX, fromY / bandwidth);
    String line =
        "%.1f %.1f L%.1f %.1f L%d %.1f"
            .formatted(x(start), y(bandwidth * start), x(ridge), y(peak(all)), RIGHT, y(peak(all)));
    add(
        "<path d='M%s V%d H%.1f Z' fill='%s'/>",
        line, BOTTOM, x(start), all ? "#f1f5f9" : "#e2e8f0");
    add(
        "<path d='M%s' fill='none' stroke='%s' stroke-width='2.5'%s/>",
        line, INK, all ? "" : " stroke-dasharray='7 4'");
    String threads = all ? machine.cores() + " threads" : "1 thread";
    String name = "multiply-adds, %s: %.0f GFLOP/s".formatted(threads, peak(all));
    double left = all ? x(ridge) + 20 : x(20);
    taken.add(
        new double[] {
          left, y(peak(all)) - 22, left + name.length() * NAME_CHARACTER, y(peak(all)) - 6
        });
    text(left, y(peak(all)) - 9, 13, "start", INK, name);
    double at = start * (all ? 1.3 : 1.2);
    double slope = -Math.toDegrees(Math.atan2(y(1) - y(2), x(2) - x(1)));
    add(
        "<text transform='translate(%.1f %.1f) rotate(%.1f)' dy='-8'>reading, %s: %.1f GB/s</text>",
        x(at), y(at * bandwidth), slope, threads, bandwidth);
  }

  private double peak(boolean all) {
    return 2 * best(SuiteRow::multiplyAddsPerSecond, all) / 1e9;
  }

  private double best(ToDoubleFunction<SuiteRow> limit, boolean all) {
    return rows.stream()
        .filter(row -> row.threads() > 1 == all || machine.cores() == 1)
        .mapToDouble(limit)
        .max()
        .orElseThrow();
  }

  // ---------------------------------------------------------------- points

  private static double gigaflops(SuiteRow row) {
    return 2 * row.productsPerSecond() / 1e9;
  }

  private double px(SuiteRow row) {
    return x(row.intensity());
  }

  private double py(SuiteRow row) {
    return y(gigaflops(row));
  }

  private static String colour(SuiteRow row) {
    return COLOURS.getOrDefault(row.kind().split(" ")[0], INK);
  }

  private void take(SuiteRow row) {
    taken.add(new double[] {px(row) - 6, py(row) - 6, px(row) + 6, py(row) + 6});
  }

  /** A thin line from one thread to all. */
  private void pairs() {
    for (SuiteRow one : rows) {
      for (SuiteRow all : rows) {
        boolean same = one.subject() == all.subject() && one.kind().equals(all.kind());
        if (same && one.threads() == 1 && all.threads() > 1) {
          add(
              "<path d='M%.1f %.1f V%.1f' stroke='%s' stroke-opacity='0.5'/>",
              px(one), py(one), py(all), colour(one));
        }
      }
    }
  }

  private void marker(SuiteRow row) {
    marker(px(row), py(row), row.subject(), colour(row), row.threads() == 1);
  }

  private void marker(double x, double y, Subject subject, String colour, boolean hollow) {
    String shape =
        switch (subject) {
          case DECODE, DECODE_SECOND, DECODE_CACHED -> "M-6 0 a6 6 0 1 0 12 0 a6 6 0 1 0 -12 0";
          case FEW -> "M0 -8 L7 0 L0 8 L-7 0";
          case PREFILL_32 -> "M-6 -3 H6 V3 H-6";
          case PREFILL_128 -> "M-5.5 -5.5 H5.5 V5.5 H-5.5";
          case PREFILL_FAST ->
              "M0 -9 L2.4 -3 L8.6 -2.8 L3.8 1.2 L5.3 7.3 L0 3.9 L-5.3 7.3 L-3.8 1.2 L-8.6 -2.8"
                  + " L-2.4 -3";
          case ATTENTION -> "M0 -7.5 L7 5 L-7 5";
          case OTHER -> "";
        };
    add(
        "<path transform='translate(%.1f %.1f)' d='%s Z' fill='%s' stroke='%s' stroke-width='2'/>",
        x, y, shape, hollow ? "#ffffff" : colour, colour);
  }

  /** How near the point is to the limit above it, where there is room for it. */
  private void label(SuiteRow row) {
    // The larger fraction belongs to the limit that is nearer.
    String text = Math.round(100 * Math.max(row.ofReading(), row.ofMultiplyAdds())) + " %";
    double width = text.length() * CHARACTER + 3;
    double[][] places = {
      {10, 4}, {-10 - width, 4}, {8, -9}, {8, 17}, {-8 - width, -9}, {-8 - width, 17}
    };
    for (double[] place : places) {
      double left = px(row) + place[0];
      double base = py(row) + place[1];
      double[] box = {left, base - 10, left + width, base + 2};
      if (taken.stream().noneMatch(other -> overlap(box, other))) {
        taken.add(box);
        text(left, base, 12, "start", colour(row), text);
        return;
      }
    }
  }

  private static boolean overlap(double[] a, double[] b) {
    return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  }

  // ---------------------------------------------------------------- legend

  private void legend() {
    int x = RIGHT + 36;
    int at = TOP + 12;
    text(x - 8, at, 13, "start", PALE, "type of the weights, keys, values");
    for (var colour : COLOURS.entrySet()) {
      at += 24;
      marker(x, at - 4, Subject.DECODE, colour.getValue(), false);
      text(x + 18, at, 13, "start", INK, colour.getKey());
    }
    at += 44;
    text(x - 8, at, 13, "start", PALE, "work");
    for (Subject subject : DRAWN) {
      at += 24;
      marker(x, at - 4, subject, PALE, false);
      text(x + 18, at, 13, "start", INK, subject.title().replace(", weights in memory", ""));
    }
    at += 44;
    text(x - 8, at, 13, "start", PALE, "threads");
    at += 24;
    marker(x, at - 4, Subject.DECODE, PALE, true);
    text(x + 18, at, 13, "start", INK, "1, under the dashed line");
    at += 24;
    marker(x, at - 4, Subject.DECODE, PALE, false);
    text(x + 18, at, 13, "start", INK, machine.cores() + ", under the solid line");
    at += 44;
    String[] notes = {
      "Percentages: of the nearer limit,",
      "measured in the same process.",
      "fast: integers, which may pass",
      "the multiply-adds of floats."
    };
    for (String note : notes) {
      text(x - 8, at, 12, "start", PALE, note);
      at += 18;
    }
  }

  // ---------------------------------------------------------------- drawing

  private double x(double value) {
    return LEFT + (RIGHT - LEFT) * Math.log(value / fromX) / Math.log(toX / fromX);
  }

  private double y(double value) {
    return BOTTOM - (BOTTOM - TOP) * Math.log(value / fromY) / Math.log(toY / fromY);
  }

  private double extreme(ToDoubleFunction<SuiteRow> value, boolean largest) {
    var values = rows.stream().mapToDouble(value);
    return (largest ? values.max() : values.min()).orElseThrow();
  }

  private static double powerBelow(double value) {
    return Math.pow(2, Math.floor(Math.log(value) / Math.log(2)));
  }

  private static String number(double value) {
    return value < 1 ? Double.toString(value) : Long.toString(Math.round(value));
  }

  private void text(double x, double y, int size, String anchor, String colour, String text) {
    add(
        "<text x='%.1f' y='%.1f' font-size='%d' text-anchor='%s' fill='%s'>%s</text>",
        x, y, size, anchor, colour, text);
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
