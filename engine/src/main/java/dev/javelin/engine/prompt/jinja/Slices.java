package dev.javelin.engine.prompt.jinja;

import java.util.ArrayList;
import java.util.List;

/** {@code value[from:to:step]}, as Python cuts. */
final class Slices {
  private Slices() {}

  static Object slice(Object value, Long from, Long to, Long step, Budget budget) {
    return switch (value) {
      case Undefined undefined -> throw undefined.error();
      case Str text -> slice(text, from, to, step, budget);
      case List<?> list -> new ArrayList<>(slice(list, from, to, step, budget));
      case Tuple tuple -> new Tuple(slice(tuple.items(), from, to, step, budget));
      case Range range -> slice(range.items(), from, to, step, budget);
      case null, default -> Undefined.element(value, "slice");
    };
  }

  private static Str slice(Str text, Long from, Long to, Long step, Budget budget) {
    if (step == null || step == 1) {
      int length = text.length();
      int begin = (int) clamp(from, 0, length, length);
      int end = Math.max(begin, (int) clamp(to, length, length, length));
      int first = text.charIndex(begin);
      return text.slice(first, text.text().offsetByCodePoints(first, end - begin));
    }
    StrBuilder out = new StrBuilder(budget);
    for (Object character : slice(Items.list(text, budget), from, to, step, budget)) {
      out.append((Str) character);
    }
    return out.toStr();
  }

  @SuppressWarnings("unchecked") // every List of the engine holds template values
  private static List<Object> slice(
      List<?> list, Long from, Long to, Long givenStep, Budget budget) {
    long step = givenStep == null ? 1 : givenStep;
    if (step == 0) {
      throw JinjaException.value("slice step cannot be zero");
    }
    long length = list.size();
    budget.elements(length);
    if (step == 1) {
      long begin = clamp(from, 0, length, length);
      long end = clamp(to, length, length, length);
      return (List<Object>) list.subList((int) begin, (int) Math.max(begin, end));
    }
    List<Object> out = new ArrayList<>();
    if (step > 0) {
      long end = clamp(to, length, length, length);
      for (long i = clamp(from, 0, length, length); i < end; i += step) {
        out.add(list.get((int) i));
      }
    } else {
      long end = to == null ? -1 : clamp(to, -1, length - 1, length);
      for (long i = clamp(from, length - 1, length - 1, length); i > end; i += step) {
        out.add(list.get((int) i));
      }
    }
    return out;
  }

  /**
   * A bound counted from the start, not above highest; below the start it is 0, or -1 for steps
   * backwards.
   */
  private static long clamp(Long bound, long absent, long highest, long length) {
    if (bound == null) {
      return absent;
    }
    long lowest = highest < length ? -1 : 0;
    return Math.clamp(bound < 0 ? bound + length : bound, lowest, highest);
  }
}
