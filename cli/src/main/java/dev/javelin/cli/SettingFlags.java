package dev.javelin.cli;

import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.Setting;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The server's settings as flags of a command, and {@code --config} and {@code --profile} beside
 * them.
 */
final class SettingFlags {
  private static final String CONFIG = "--config";
  private static final String PROFILE = "--profile";

  private SettingFlags() {}

  static void addTo(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(CONFIG)
            .paramLabel("FILE")
            .type(Path.class)
            .description("File of lines key=value.")
            .build());
    spec.addOption(
        OptionSpec.builder(PROFILE)
            .paramLabel("NAME")
            .type(String.class)
            .description("development, production or testing.")
            .build());
    for (var setting : Setting.all()) {
      var names =
          setting
              .letter()
              .map(letter -> new String[] {letter, setting.flag()})
              .orElse(new String[] {setting.flag()});
      var option =
          OptionSpec.builder(names).paramLabel(label(setting)).description(description(setting));
      switch (setting.kind()) {
        case FLAG -> option.type(String.class).arity("0..1").fallbackValue("true");
        case LIST -> option.type(List.class).auxiliaryTypes(String.class).arity("1");
        case TEXT, SECRET, NUMBER, SIZE, TIME -> option.type(String.class).arity("1");
      }
      spec.addOption(option.build());
    }
  }

  /** Flags, then environment, file, profile and standard values. */
  static Configuration configuration(ParseResult parsed) {
    Map<Setting, String> flags = new EnumMap<>(Setting.class);
    for (var setting : Setting.all()) {
      Object value = parsed.matchedOptionValue(setting.flag(), null);
      if (value instanceof List<?> list) {
        flags.put(setting, String.join(",", list.stream().map(Object::toString).toList()));
      } else if (value != null) {
        flags.put(setting, value.toString());
      }
    }
    return Configuration.read(
        flags,
        System.getenv(),
        parsed.matchedOptionValue(CONFIG, null),
        parsed.matchedOptionValue(PROFILE, null));
  }

  private static String description(Setting setting) {
    var text =
        Character.toUpperCase(setting.description().charAt(0)) + setting.description().substring(1);
    return (setting.standard().isEmpty() ? text : text + " (standard: " + setting.standard() + ")")
        + ".";
  }

  private static String label(Setting setting) {
    return switch (setting.kind()) {
      case TEXT, SECRET -> "TEXT";
      case LIST -> "TEXT[,TEXT...]";
      case NUMBER -> "N";
      case FLAG -> "true|false";
      case SIZE -> "BYTES";
      case TIME -> "TIME";
    };
  }
}
