package dev.javelin.cli;

import dev.javelin.engine.ReasoningLevel;
import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a reasoning level by any of its names; lists the three usual ones. */
final class ReasoningLevels implements ITypeConverter<ReasoningLevel>, Iterable<String> {
  @Override
  public ReasoningLevel convert(String text) {
    return ReasoningLevel.parse(text)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "must be one of " + String.join(", ", this) + ", not '" + text + "'"));
  }

  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(ReasoningLevel.values()).map(ReasoningLevel::text).iterator();
  }
}
