package dev.javelin.engine.constrain.schema;

import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.DfaOps;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a JSON value may be: a union over its types, with the scalar types as sets and arrays and
 * objects as unions of alternatives.
 *
 * @param numbers a language of spellings, see {@link Numbers}
 */
record Shape(
    boolean canBeNull,
    boolean canBeTrue,
    boolean canBeFalse,
    CharDfa numbers,
    StringSet strings,
    List<ArrayShape> arrays,
    List<ObjectShape> objects) {
  static final Shape ANY =
      new Shape(
          true,
          true,
          true,
          Numbers.ALL,
          StringSet.ALL,
          List.of(ArrayShape.ANY),
          List.of(ObjectShape.ANY));
  static final Shape NONE =
      new Shape(false, false, false, CharDfa.EMPTY, StringSet.NONE, List.of(), List.of());

  static Shape ofNumbers(CharDfa numbers) {
    return new Shape(false, false, false, numbers, StringSet.NONE, List.of(), List.of());
  }

  static Shape ofStrings(StringSet strings) {
    return new Shape(false, false, false, CharDfa.EMPTY, strings, List.of(), List.of());
  }

  static Shape ofArray(ArrayShape array) {
    return new Shape(false, false, false, CharDfa.EMPTY, StringSet.NONE, List.of(array), List.of());
  }

  static Shape ofObject(ObjectShape object) {
    return new Shape(
        false, false, false, CharDfa.EMPTY, StringSet.NONE, List.of(), List.of(object));
  }

  boolean isEmpty() {
    return !canBeNull
        && !canBeTrue
        && !canBeFalse
        && numbers.isEmpty()
        && strings.isEmpty()
        && arrays.isEmpty()
        && objects.isEmpty();
  }

  Shape union(Shape o) {
    if (this == ANY || o == NONE) {
      return this;
    }
    if (o == ANY || this == NONE) {
      return o;
    }
    CharDfa eitherNumber =
        numbers == Numbers.ALL || o.numbers == Numbers.ALL
            ? Numbers.ALL
            : DfaOps.union(numbers, o.numbers);
    return new Shape(
        canBeNull || o.canBeNull,
        canBeTrue || o.canBeTrue,
        canBeFalse || o.canBeFalse,
        eitherNumber,
        strings.union(o.strings),
        joined(arrays, o.arrays, ArrayShape.ANY),
        joined(objects, o.objects, ObjectShape.ANY));
  }

  private static <T> List<T> joined(List<T> a, List<T> b, T any) {
    if (a.contains(any) || b.contains(any)) {
      return List.of(any);
    }
    Set<T> all = new LinkedHashSet<>(a);
    all.addAll(b);
    return List.copyOf(all);
  }
}
