package dev.javelin.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.JsonOptions;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.sampling.SamplingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Calls in Qwen's form by a real model that was never taught it: the embedded one behind a ChatML
 * template.
 */
class TaggedCallsTest {
  private static final String TEMPLATE =
      "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}"
          + "{% for c in m.tool_calls or [] %}<tool_call>\n{\"name\": \"{{ c.function.name }}\", \"arguments\": {{ c.function.arguments | tojson }}}\n</tool_call>{% endfor %}"
          + "<|im_end|>\n{% endfor %}<|im_start|>assistant\n";

  private static LanguageModel model;
  private static Tool price;
  private static Tool time;

  @BeforeAll
  static void open() throws Exception {
    model =
        LanguageModel.openDemo(
            EngineOptions.defaults()
                .withThreads(2)
                .withContextLength(700)
                .withChatTemplate(TEMPLATE));
    price = tool("get_price", "item");
    time = tool("get_time", "city");
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Tool tool(String name, String argument) throws Exception {
    JsonNode schema =
        new ObjectMapper()
            .readTree(
                "{\"type\":\"object\",\"properties\":{\""
                    + argument
                    + "\":{\"type\":\"string\",\"maxLength\":20}},\"required\":[\""
                    + argument
                    + "\"],\"additionalProperties\":false}");
    return new Tool(name, null, schema);
  }

  private static AnswerRules rules(boolean text, boolean parallel, Tool... tools) {
    List<AnswerRules.Call> calls = new ArrayList<>();
    for (Tool tool : tools) {
      Constraint arguments = model.constraints().jsonSchema(tool.parameters(), JsonOptions.DEFAULT);
      calls.add(new AnswerRules.Call(tool.name(), arguments));
    }
    return new AnswerRules(text, Optional.empty(), calls, parallel);
  }

  private static GenerationRequest request(AnswerRules rules, List<Message> messages, long seed) {
    Conversation conversation =
        new Conversation(messages, List.of(price, time), null, null, null, null);
    return GenerationRequest.builder(new Prompt.Chat(conversation))
        .rules(rules)
        .sampling(SamplingParameters.defaults().withTemperature(1.5f).withSeed(seed))
        .maxTokens(250)
        .build();
  }

  private static void assertCalls(GenerationResult result, String names) throws Exception {
    assertEquals(FinishReason.TOOL_CALLS, result.finishReason(), result.toString());
    assertTrue(result.obeysRules());
    assertEquals("", result.text());
    assertFalse(result.toolCalls().isEmpty());
    for (ToolCall call : result.toolCalls()) {
      assertTrue(call.name().matches(names), call.toString());
      JsonNode arguments = new ObjectMapper().readTree(call.arguments());
      String key = call.name().equals("get_time") ? "city" : "item";
      assertTrue(arguments.get(key).isTextual() && arguments.size() == 1, call.toString());
    }
  }

  @Test
  void requiredAndNamedCallsAreMadeInOneBatch() throws Exception {
    List<Message> asked = List.of(Message.user("How late is it in Berlin?"));
    AnswerRules required = rules(false, true, price, time);
    AnswerRules named = rules(false, false, price);
    List<Generation> running = new ArrayList<>();
    for (int seed = 0; seed < 12; seed++) {
      running.add(model.submit(request(seed % 2 == 0 ? required : named, asked, seed)));
    }
    for (int seed = 0; seed < 12; seed++) {
      GenerationResult result = running.get(seed).await();
      assertCalls(result, seed % 2 == 0 ? "get_price|get_time" : "get_price");
      assertTrue(seed % 2 == 0 || result.toolCalls().size() == 1);
    }
  }

  @Test
  void argumentsAreStreamedAsTheyAreWrittenAndResultsGoBack() throws Exception {
    List<Message> messages = new ArrayList<>(List.of(Message.user("What does it cost?")));
    StringBuilder streamed = new StringBuilder();
    List<GenerationEvent> pieces = new ArrayList<>();
    GenerationResult result =
        model.generate(
            request(rules(false, false, price), messages, 3),
            event -> {
              if (event instanceof GenerationEvent.ToolCallArguments(int index, String piece)) {
                streamed.append(piece);
                pieces.add(event);
              }
            });
    assertCalls(result, "get_price");
    ToolCall call = result.toolCalls().getFirst();
    assertEquals(call.arguments(), streamed.toString());
    assertTrue(pieces.size() > 2, "pieces: " + pieces);
    messages.add(Message.assistant("", null, result.toolCalls()));
    messages.add(Message.tool(call.id(), "12 euros"));
    String prompt =
        model
            .promptFormat()
            .orElseThrow()
            .renderText(new Conversation(messages, List.of(price), null, null, null, null));
    assertTrue(prompt.contains("\"name\": \"get_price\"") && prompt.contains("12 euros"), prompt);
    assertTrue(model.generate(request(rules(true, true, price), messages, 4)).obeysRules());
  }

  @Test
  void forcedTokensChangeNothing() throws Exception {
    List<Message> asked = List.of(Message.user("How late is it in Berlin?"));
    for (int seed = 0; seed < 4; seed++) {
      GenerationRequest request = request(rules(false, true, price, time), asked, seed);
      long start = model.counters().steps();
      GenerationResult fed = model.generate(request);
      long between = model.counters().steps();
      model.feedForced(false);
      GenerationResult sampled = model.generate(request);
      model.feedForced(true);
      long end = model.counters().steps();
      assertEquals(sampled.toolCalls().toString(), fed.toolCalls().toString());
      assertTrue(between - start < end - between, (between - start) + " " + (end - between));
    }
  }
}
