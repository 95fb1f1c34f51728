package dev.javelin.engine.prompt.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's range. */
record Range(long start, long stop, long step) {
  private static final int LONGEST = 100_000; // jinja2's sandbox: MAX_RANGE

  Range {
    if (step == 0) {
      throw JinjaException.value("range() arg 3 must not be zero");
    }
  }

  /** Like the sandbox, refuses what is too long. */
  static Range checked(long start, long stop, long step) {
    Range range = new Range(start, stop, step);
    if (range.size() > LONGEST) {
      throw new JinjaException("OverflowError", "Range too big. The sandbox blocks ranges larger than " + LONGEST);
    }
    return range;
  }

  long size() {
    long distance = step > 0 ? stop - start : start - stop;
    long stride = Math.abs(step);
    return distance <= 0 ? 0 : (distance - 1) / stride + 1;
  }

  List<Object> items() {
    List<Object> items = new ArrayList<>();
    long size = size();
    for (long i = 0; i < size; i++) {
      items.add(start + i * step);
    }
    return items;
  }

  @Override
  public String toString() {
    return "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
  }
}
