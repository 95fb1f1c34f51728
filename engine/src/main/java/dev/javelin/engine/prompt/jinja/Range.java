package dev.javelin.engine.prompt.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;

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
    boolean overflows =
        start < 0 != stop < 0 && (start == Long.MIN_VALUE || stop - start < 0 != stop < start);
    if (overflows || range.size() > LONGEST) {
      throw new JinjaException(
          "OverflowError",
          "Range too big. The sandbox blocks ranges larger than MAX_RANGE (" + LONGEST + ").");
    }
    return range;
  }

  long size() {
    long distance = step > 0 ? stop - start : start - stop;
    return distance <= 0 ? 0 : (distance - 1) / Math.abs(step) + 1;
  }

  Iterator<Object> walk() {
    return LongStream.range(0, size()).mapToObj(i -> (Object) (start + i * step)).iterator();
  }

  List<Object> items() {
    List<Object> items = new ArrayList<>();
    walk().forEachRemaining(items::add);
    return items;
  }

  @Override
  public String toString() {
    return "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
  }
}
