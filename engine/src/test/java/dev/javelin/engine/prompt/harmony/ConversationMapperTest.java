package dev.javelin.engine.prompt.harmony;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.Conversation;
import dev.javelin.engine.InvalidRequest;
import dev.javelin.engine.Message;
import dev.javelin.engine.ReasoningLevel;
import dev.javelin.engine.ResponseFormat;
import dev.javelin.engine.Role;
import dev.javelin.engine.Tool;
import dev.javelin.engine.ToolCall;
import dev.javelin.engine.prompt.ByteTokenizer;
import dev.javelin.engine.prompt.SharedFiles;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationMapperTest {
  private final HarmonyFormat format = new HarmonyFormat(ByteTokenizer.harmony(), null);

  private String render(Conversation conversation) {
    return format.renderText(conversation);
  }

  private String afterSystem(Message... messages) {
    String text = render(Conversation.of(messages));
    return text.substring(text.indexOf("<|end|>") + "<|end|>".length());
  }

  @Test
  void writesTheSystemMessageThatTheModelKnows() {
    Conversation conversation =
        new Conversation(
            List.of(Message.user("Hi")),
            List.of(),
            ReasoningLevel.HIGH,
            null,
            null,
            LocalDate.of(2025, 6, 28));
    assertEquals(
        "<|start|>system<|message|>You are ChatGPT, a large language model trained by OpenAI.\n"
            + "Knowledge cutoff: 2024-06\nCurrent date: 2025-06-28\n\nReasoning: high\n\n"
            + "# Valid channels: analysis, commentary, final. Channel must be included for every message.<|end|>"
            + "<|start|>user<|message|>Hi<|end|><|start|>assistant",
        render(conversation));
  }

  @Test
  void theIdentityIsTheRequestsThenTheFilesThenOpenAis() {
    HarmonyFormat ofFile = new HarmonyFormat(ByteTokenizer.harmony(), "You are File.");
    Conversation plain = Conversation.of(Message.user("Hi"));
    Conversation own =
        new Conversation(plain.messages(), List.of(), null, null, "You are Request.", null);
    assertTrue(ofFile.renderText(own).startsWith("<|start|>system<|message|>You are Request.\n"));
    assertTrue(ofFile.renderText(plain).startsWith("<|start|>system<|message|>You are File.\n"));
    assertTrue(render(plain).startsWith("<|start|>system<|message|>You are ChatGPT,"));
  }

  @Test
  void withoutADateThereIsNoDateLineAndReasoningIsMedium() {
    String text = render(Conversation.of(Message.user("Hi")));
    assertTrue(text.contains("Knowledge cutoff: 2024-06\n\nReasoning: medium\n\n"));
  }

  @Test
  void allSystemAndDeveloperMessagesBecomeOneDeveloperMessage() {
    assertEquals(
        "<|start|>developer<|message|># Instructions\n\nOne.\n\nTwo.\n\nThree.<|end|>"
            + "<|start|>user<|message|>Hi<|end|><|start|>assistant",
        afterSystem(
            Message.system("One."),
            Message.developer("Two."),
            Message.user("Hi"),
            Message.system("Three.")));
  }

  @Test
  void withoutInstructionsAndToolsThereIsNoDeveloperMessage() {
    assertFalse(
        render(Conversation.of(Message.system(""), Message.user("Hi"))).contains("developer"));
  }

  @Test
  void aResponseFormatIsTheLastSectionOfTheDeveloperMessage() {
    ResponseFormat form =
        new ResponseFormat("person", "Who it is.", SharedFiles.parseJson("{\"type\": \"object\"}"));
    Conversation conversation =
        new Conversation(
            List.of(Message.system("Hm."), Message.user("Hi")), List.of(), null, form, null, null);
    assertTrue(
        render(conversation)
            .contains(
                "# Instructions\n\nHm.\n\n# Response Formats\n\n## person\n\n// Who it is.\n{\"type\":\"object\"}<|end|>"));
  }

  @Test
  void aToolWithoutArgumentsHasNoParameter() {
    Tool tool =
        new Tool("roll", null, SharedFiles.parseJson("{\"type\":\"object\",\"properties\":{}}"));
    Conversation conversation =
        new Conversation(List.of(Message.user("Hi")), List.of(tool), null, null, null, null);
    assertTrue(
        render(conversation)
            .contains(
                "namespace functions {\n\ntype roll = () => any;\n\n} // namespace functions<|end|>"));
    assertTrue(
        render(conversation).contains("must go to the commentary channel: 'functions'.<|end|>"));
  }

  @Test
  void reasoningAndPreambleStandBeforeTheCallTheyLedTo() {
    ToolCall call = new ToolCall("c1", "rain", "{\"city\": \"Oslo\"}");
    assertEquals(
        "<|start|>user<|message|>Rain?<|end|><|start|>assistant<|channel|>analysis<|message|>Ask.<|end|>"
            + "<|start|>assistant<|channel|>commentary<|message|>Wait.<|end|>"
            + "<|start|>assistant to=functions.rain<|channel|>commentary <|constrain|>json<|message|>{\"city\": \"Oslo\"}<|call|>"
            + "<|start|>functions.rain to=assistant<|channel|>commentary<|message|>3 \"mm\"<|end|><|start|>assistant",
        afterSystem(
            Message.user("Rain?"),
            Message.assistant("Wait.", "Ask.", List.of(call)),
            Message.tool("c1", "3 \"mm\"")));
  }

  @Test
  void reasoningOfFinishedTurnsIsDropped() {
    assertEquals(
        "<|start|>user<|message|>1?<|end|><|start|>assistant<|channel|>final<|message|>1<|end|>"
            + "<|start|>user<|message|>2?<|end|><|start|>assistant",
        afterSystem(
            Message.user("1?"), Message.assistant("1", "Hm.", List.of()), Message.user("2?")));
  }

  @Test
  void aResultIsNamedByTheCallItAnswers() {
    ToolCall f = new ToolCall("c1", "f", "{}");
    ToolCall g = new ToolCall("c2", "g", "{}");
    String text =
        afterSystem(
            Message.user("?"),
            Message.assistant("", null, List.of(f, g)),
            Message.tool("c2", "G"),
            Message.tool("c1", "F"));
    assertTrue(
        text.contains("<|start|>functions.g to=assistant<|channel|>commentary<|message|>G<|end|>"));
    assertTrue(
        text.contains("<|start|>functions.f to=assistant<|channel|>commentary<|message|>F<|end|>"));
    Message named = new Message(Role.TOOL, "x", null, List.of(), "unknown", "h");
    assertTrue(afterSystem(Message.user("?"), named).contains("<|start|>functions.h to=assistant"));
  }

  @Test
  void aResultWithoutAnyCallIsRefused() {
    assertThrows(
        InvalidRequest.class, () -> afterSystem(Message.user("?"), Message.tool("c1", "x")));
  }

  @Test
  void referencesOfASchemaAreResolvedAndRecursiveOnesEnd() {
    String schema =
        """
        {"type":"object","properties":{"a":{"$ref":"#/$defs/node"},"b":{"anyOf":[{"type":"string"},{"type":"integer"}]}},
         "$defs":{"node":{"type":"object","properties":{"next":{"$ref":"#/$defs/node"}}}}}""";
    Tool tool = new Tool("f", null, SharedFiles.parseJson(schema));
    Conversation conversation = new Conversation(List.of(), List.of(tool), null, null, null, null);
    assertTrue(
        render(conversation)
            .contains(
                "type f = (_: {\na?: {\n    next?: any,\n    },\nb?: string | number,\n}) => any;"));
  }
}
