package dev.javelin.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads an enum's constants as the command line writes them, in small letters, and lists them for
 * help and completion.
 */
abstract class Names<E extends Enum<E>> implements ITypeConverter<E>, Iterable<String> {
  private final List<E> constants;

  Names(Class<E> type) {
    constants = List.of(type.getEnumConstants());
  }

  @Override
  public final E convert(String text) {
    return constants.stream()
        .filter(constant -> name(constant).equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "must be one of " + String.join(", ", this) + ", not '" + text + "'"));
  }

  @Override
  public final Iterator<String> iterator() {
    return constants.stream().map(Names::name).iterator();
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
