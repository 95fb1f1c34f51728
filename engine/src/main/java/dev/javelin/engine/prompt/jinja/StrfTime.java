package dev.javelin.engine.prompt.jinja;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** {@code strftime} in the C locale. */
final class StrfTime {
  private StrfTime() {}

  static String format(LocalDateTime time, String format) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c != '%' || at == format.length()) {
        out.append(c);
        continue;
      }
      boolean bare = format.charAt(at) == '-' && at + 1 < format.length(); // no leading zeros
      at += bare ? 1 : 0;
      String field = field(time, format.charAt(at++));
      out.append(bare ? field.replaceFirst("^[0 ]+(?=.)", "") : field);
    }
    return out.toString();
  }

  private static String field(LocalDateTime time, char directive) {
    return switch (directive) {
      case 'Y' -> Integer.toString(time.getYear());
      case 'y' -> two(time.getYear() % 100);
      case 'm' -> two(time.getMonthValue());
      case 'd' -> two(time.getDayOfMonth());
      case 'e' -> String.format("%2d", time.getDayOfMonth());
      case 'H' -> two(time.getHour());
      case 'I' -> two(time.get(ChronoField.CLOCK_HOUR_OF_AMPM));
      case 'M' -> two(time.getMinute());
      case 'S' -> two(time.getSecond());
      case 'f' -> String.format("%06d", time.getNano() / 1000);
      case 'p' -> time.getHour() < 12 ? "AM" : "PM";
      case 'j' -> String.format("%03d", time.getDayOfYear());
      case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'u' -> Integer.toString(time.getDayOfWeek().getValue());
      case 'w' -> Integer.toString(time.getDayOfWeek().getValue() % 7);
      case 'V' -> two(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case 'G' -> Integer.toString(time.get(IsoFields.WEEK_BASED_YEAR));
      case 'F' -> format(time, "%Y-%m-%d");
      case 'T' -> format(time, "%H:%M:%S");
      case 'R' -> format(time, "%H:%M");
      case 'D', 'x' -> format(time, "%m/%d/%y");
      case 'X' -> format(time, "%H:%M:%S");
      case 'c' -> format(time, "%a %b %e %H:%M:%S %Y");
      case 'Z', 'z' -> ""; // the time has no zone
      case 'n' -> "\n";
      case 't' -> "\t";
      case '%' -> "%";
      default -> "%" + directive;
    };
  }

  private static String two(int value) {
    return String.format("%02d", value);
  }
}
