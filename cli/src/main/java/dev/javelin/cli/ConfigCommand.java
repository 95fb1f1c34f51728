package dev.javelin.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.javelin.server.config.Configuration;
import dev.javelin.server.config.Setting;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code config}: the server's settings as they would be with these flags, and where each value
 * comes from.
 */
@Command(name = "config", description = "Show the server's settings and where they come from.")
final class ConfigCommand implements Callable<Integer> {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String HIDDEN = "(hidden)";

  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  private final Terminal terminal;

  private ConfigCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  static CommandLine commandLine(Terminal terminal) {
    var spec = CommandSpec.forAnnotatedObject(new ConfigCommand(terminal));
    SettingFlags.addTo(spec);
    return new CommandLine(spec);
  }

  @Override
  public Integer call() throws IOException {
    var configuration = SettingFlags.configuration(spec.commandLine().getParseResult());
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      for (var setting : Setting.all()) {
        all.put(
            setting.key(),
            Map.of(
                "value",
                shown(configuration, setting),
                "origin",
                configuration.value(setting).origin()));
      }
      terminal.out().println(MAPPER.writeValueAsString(all));
      return 0;
    }
    for (var setting : Setting.all()) {
      terminal
          .out()
          .printf(
              "%-20s %-16s %s%n",
              setting.key(), shown(configuration, setting), configuration.value(setting).origin());
    }
    return 0;
  }

  private static String shown(Configuration configuration, Setting setting) {
    return setting.isSecret() && configuration.isGiven(setting)
        ? HIDDEN
        : configuration.text(setting);
  }
}
