package dev.javelin.engine.prompt.harmony;

import dev.javelin.engine.ResponseFormat;
import dev.javelin.engine.Tool;
import dev.javelin.engine.prompt.harmony.HarmonyContent.DeveloperContent;
import dev.javelin.engine.prompt.harmony.HarmonyContent.SystemContent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The text of system and developer messages: sections with one empty line between them and no
 * newline at the end.
 */
final class ContentText {
  private static final String BETWEEN = "\n\n";

  private ContentText() {}

  /**
   * @param functions whether the conversation defines functions of the client
   */
  static String system(SystemContent content, boolean functions) {
    List<String> sections = new ArrayList<>();
    List<String> facts = new ArrayList<>();
    addTo(facts, "", content.identity());
    addTo(facts, "Knowledge cutoff: ", content.knowledgeCutoff());
    addTo(facts, "Current date: ", content.currentDate());
    if (!facts.isEmpty()) {
      sections.add(String.join("\n", facts));
    }
    if (content.reasoning() != null) {
      sections.add("Reasoning: " + content.reasoning().text());
    }
    if (!content.builtinTools().isEmpty()) {
      sections.add(tools(content.builtinTools()));
    }
    if (!content.channels().isEmpty()) {
      sections.add(channels(content, functions));
    }
    return String.join(BETWEEN, sections);
  }

  static String developer(DeveloperContent content) {
    List<String> sections = new ArrayList<>();
    if (content.instructions() != null && !content.instructions().isEmpty()) {
      sections.add("# Instructions" + BETWEEN + content.instructions());
    }
    if (!content.tools().isEmpty()) {
      sections.add(tools(content.tools()));
    }
    if (content.responseFormat() != null) {
      sections.add(responseFormat(content.responseFormat()));
    }
    return String.join(BETWEEN, sections);
  }

  private static void addTo(List<String> lines, String label, String value) {
    if (value != null) {
      lines.add(label + value);
    }
  }

  private static String channels(SystemContent content, boolean functions) {
    StringBuilder text = new StringBuilder("# Valid channels: ");
    text.append(String.join(", ", content.channels())).append('.');
    if (content.channelRequired()) {
      text.append(" Channel must be included for every message.");
    }
    if (functions) {
      text.append("\nCalls to these tools must go to the commentary channel: '");
      text.append(ToolNamespace.FUNCTIONS).append("'.");
    }
    return text.toString();
  }

  private static String tools(List<ToolNamespace> namespaces) {
    List<String> sections = new ArrayList<>();
    sections.add("# Tools");
    namespaces.stream()
        .sorted(Comparator.comparing(ToolNamespace::name))
        .forEach(
            namespace -> sections.add("## " + namespace.name() + BETWEEN + definition(namespace)));
    return String.join(BETWEEN, sections);
  }

  private static String definition(ToolNamespace namespace) {
    String description = namespace.description() == null ? "" : namespace.description();
    if (namespace.tools().isEmpty()) {
      return description;
    }
    StringBuilder text = new StringBuilder(comment(description));
    text.append("namespace ").append(namespace.name()).append(" {").append(BETWEEN);
    for (Tool tool : namespace.tools()) {
      text.append(comment(tool.description() == null ? "" : tool.description()));
      text.append("type ").append(tool.name()).append(" = (");
      if (tool.parameters() != null && !tool.parameters().isNull()) {
        text.append("_: ").append(SchemaText.of(tool.parameters()));
      }
      text.append(") => any;").append(BETWEEN);
    }
    return text.append("} // namespace ").append(namespace.name()).toString();
  }

  private static String comment(String description) {
    StringBuilder text = new StringBuilder();
    description.lines().forEach(line -> text.append("// ").append(line).append('\n'));
    return text.toString();
  }

  private static String responseFormat(ResponseFormat format) {
    String description = format.description() == null ? "" : "// " + format.description() + "\n";
    return "# Response Formats"
        + BETWEEN
        + "## "
        + format.name()
        + BETWEEN
        + description
        + format.schema();
  }
}
