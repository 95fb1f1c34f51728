package dev.javelin.server.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * The values of all settings and where each comes from: flag, else environment, else file, else
 * profile, else standard.
 */
public final class Configuration {
  /** Where the file and the profile are named in the environment. */
  public static final String FILE_VARIABLE = "JAVELIN_CONFIG";

  public static final String PROFILE_VARIABLE = "JAVELIN_PROFILE";

  /**
   * A value.
   *
   * @param origin in words
   */
  public record Value(String text, String origin) {}

  private static final int LAST_PORT = 65_535;

  private final Map<Setting, Value> values = new EnumMap<>(Setting.class);

  private Configuration() {}

  /** What the standard values and a profile say, and then {@code flags}. */
  public static Configuration of(Profile profile, Map<Setting, String> flags) {
    Configuration result = new Configuration();
    Setting.all()
        .forEach(setting -> result.values.put(setting, new Value(setting.standard(), "standard")));
    result.put(profile.settings(), "profile " + profile.name().toLowerCase(Locale.ROOT));
    result.put(flags, "flag");
    result.check();
    return result;
  }

  /**
   * Puts everything together.
   *
   * @param file the configuration file; null: the one that the environment names, if any
   * @param profile null: the one that the environment or the file names, else development
   */
  public static Configuration read(
      Map<Setting, String> flags, Map<String, String> environment, Path file, String profile) {
    Path source =
        file == null && environment.containsKey(FILE_VARIABLE)
            ? Path.of(environment.get(FILE_VARIABLE))
            : file;
    Properties properties = source == null ? new Properties() : properties(source);
    String named =
        profile != null
            ? profile
            : environment.getOrDefault(PROFILE_VARIABLE, properties.getProperty("profile"));
    Profile chosen = named == null ? Profile.DEVELOPMENT : Profile.parse(named);
    Configuration result = new Configuration();
    Setting.all()
        .forEach(setting -> result.values.put(setting, new Value(setting.standard(), "standard")));
    result.put(chosen.settings(), "profile " + chosen.name().toLowerCase(Locale.ROOT));
    Map<Setting, String> fromFile = new EnumMap<>(Setting.class);
    for (String key : properties.stringPropertyNames()) {
      if (!key.equals("profile")) {
        fromFile.put(setting(key, source), properties.getProperty(key).strip());
      }
    }
    result.put(fromFile, "file " + source);
    for (Setting setting : Setting.all()) {
      String value = environment.get(setting.variable());
      if (value != null) {
        result.values.put(setting, new Value(value, "environment " + setting.variable()));
      }
    }
    result.put(flags, "flag");
    result.check();
    return result;
  }

  private static Properties properties(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException(
          file + ": cannot be read as lines of key=value: " + e.getMessage(), e);
    }
    return properties;
  }

  private static Setting setting(String key, Path file) {
    return Setting.all().stream()
        .filter(setting -> setting.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new ConfigurationException(file + ": there is no setting " + key));
  }

  private void put(Map<Setting, String> some, String origin) {
    some.forEach((setting, text) -> values.put(setting, new Value(text, origin)));
  }

  private void check() {
    for (Setting setting : Setting.all()) {
      switch (setting.kind()) {
        case TEXT, SECRET, LIST -> {}
        case NUMBER -> number(setting);
        case FLAG -> flag(setting);
        case SIZE -> bytes(setting);
        case TIME -> time(setting);
      }
    }
    if (number(Setting.PORT) > LAST_PORT) {
      throw wrong(Setting.PORT, "at most " + LAST_PORT);
    }
    word(Setting.LOG, "text", "json", "off");
    word(Setting.KV_TYPE, "f32", "f16", "q8_0", "auto");
    word(Setting.PRECISION, "exact", "fast");
  }

  private void word(Setting setting, String... known) {
    List<String> words = List.of(known);
    if (!words.contains(text(setting).toLowerCase(Locale.ROOT))) {
      int last = words.size() - 1;
      throw wrong(setting, String.join(", ", words.subList(0, last)) + " or " + words.get(last));
    }
  }

  public Value value(Setting setting) {
    return values.get(setting);
  }

  /** The value as it was given. */
  public String text(Setting setting) {
    return values.get(setting).text();
  }

  public boolean isGiven(Setting setting) {
    return !text(setting).isEmpty();
  }

  /** The parts between commas. */
  public List<String> list(Setting setting) {
    return Arrays.stream(text(setting).split(","))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  public int number(Setting setting) {
    try {
      int value = Integer.parseInt(text(setting).strip());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a negative number.
    }
    throw wrong(setting, "a whole number of at least 0");
  }

  public boolean flag(Setting setting) {
    return switch (text(setting).strip().toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default -> throw wrong(setting, "true or false");
    };
  }

  /** A number of bytes, with an optional k, m or g (times 1024). */
  public long bytes(Setting setting) {
    String text = text(setting).strip().toLowerCase(Locale.ROOT);
    int shift = text.endsWith("k") ? 10 : text.endsWith("m") ? 20 : text.endsWith("g") ? 30 : 0;
    try {
      long value = Long.parseLong(shift == 0 ? text : text.substring(0, text.length() - 1));
      if (value >= 0 && value <= Long.MAX_VALUE >> shift) {
        return value << shift;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a negative number.
    }
    throw wrong(setting, "a number of bytes such as 65536, 64k, 16m or 2g");
  }

  /** A time such as 250ms, 30s, 5m, 1h. */
  public Duration time(Setting setting) {
    String text = text(setting).strip().toLowerCase(Locale.ROOT);
    String unit = text.replaceAll("^[0-9]+", "");
    long millis =
        switch (unit) {
          case "ms" -> 1;
          case "s" -> 1000;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> throw wrong(setting, "a time such as 250ms, 30s, 5m or 1h");
        };
    try {
      return Duration.ofMillis(
          Math.multiplyExact(
              Long.parseLong(text.substring(0, text.length() - unit.length())), millis));
    } catch (NumberFormatException | ArithmeticException e) {
      throw wrong(setting, "a time such as 250ms, 30s, 5m or 1h");
    }
  }

  /** The complaint about a value. */
  public ConfigurationException wrong(Setting setting, String rule) {
    Value value = value(setting);
    String shown = setting.isSecret() ? "the one given" : value.text();
    return new ConfigurationException(
        setting.key() + " must be " + rule + ", not " + shown + " (" + value.origin() + ")");
  }
}
