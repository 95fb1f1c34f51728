package dev.javelin.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ReasoningEffort;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionNamedToolChoice;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import dev.javelin.server.JavelinServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** OpenAI's own Java client, told to validate every answer. */
class OpenAiJavaTest {
  private static JavelinServer server;
  private static OpenAIClient client;

  @BeforeAll
  static void start() {
    server = Demo.start();
    client = client("key-of-a-test");
  }

  private static OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(Demo.baseUrl(server))
        .apiKey(key)
        .responseValidation(true)
        .maxRetries(0)
        .build();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  private static ChatCompletionCreateParams.Builder chat(String question) {
    return ChatCompletionCreateParams.builder().model("javelin-demo-harmony").addUserMessage(question);
  }

  @Test
  void modelsAreValid() {
    String id = client.models().list().items().getFirst().id();
    assertEquals(id, client.models().retrieve(id).validate().id());
  }

  @Test
  void aChatIsValid() {
    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(chat("What is 17 + 25?").reasoningEffort(ReasoningEffort.MEDIUM).logprobs(true).topLogprobs(2).n(2).build())
            .validate();
    assertEquals(2, answer.choices().size());
    var message = answer.choices().getFirst().message();
    assertTrue(message.content().orElseThrow().contains("42"));
    assertTrue(message._additionalProperties().containsKey("reasoning_content"));
    assertFalse(answer.choices().getFirst().logprobs().orElseThrow().content().orElseThrow().isEmpty());
    assertTrue(answer.usage().orElseThrow().completionTokensDetails().orElseThrow().reasoningTokens().orElseThrow() > 0);
  }

  @Test
  void aStreamedChatAddsUp() {
    ChatCompletionAccumulator all = ChatCompletionAccumulator.create();
    var params =
        chat("What is 17 + 25?")
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    try (StreamResponse<ChatCompletionChunk> chunks = client.chat().completions().createStreaming(params)) {
      chunks.stream().forEach(chunk -> all.accumulate(chunk.validate()));
    }
    ChatCompletion answer = all.chatCompletion().validate();
    assertTrue(answer.choices().getFirst().message().content().orElseThrow().contains("42"));
    assertTrue(answer.usage().isPresent());
  }

  private static ChatCompletionFunctionTool clock() {
    return ChatCompletionFunctionTool.builder()
        .function(
            FunctionDefinition.builder()
                .name("get_time")
                .description("Gets the time in a city.")
                .parameters(
                    FunctionParameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty("properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                        .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                        .build())
                .build())
        .build();
  }

  @Test
  void aToolIsCalledWholeAndStreamed() {
    var params = chat("How late is it in Berlin?").addTool(clock()).build();
    ChatCompletion answer = client.chat().completions().create(params).validate();
    assertEquals(ChatCompletion.Choice.FinishReason.TOOL_CALLS, answer.choices().getFirst().finishReason());
    var call = answer.choices().getFirst().message().toolCalls().orElseThrow().getFirst().asFunction();
    assertEquals("get_time", call.function().name());
    assertTrue(call.function().arguments().contains("Berlin"));
    ChatCompletionAccumulator all = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> chunks = client.chat().completions().createStreaming(params)) {
      chunks.stream().forEach(chunk -> all.accumulate(chunk.validate()));
    }
    var streamed = all.chatCompletion().choices().getFirst().message().toolCalls().orElseThrow().getFirst().asFunction();
    assertEquals(call.function().arguments(), streamed.function().arguments());
    var message = answer.choices().getFirst().message();
    ChatCompletion said =
        client
            .chat()
            .completions()
            .create(
                params.toBuilder()
                    .addMessage(
                        message.toParam().toBuilder()
                            .putAdditionalProperty("reasoning_content", message._additionalProperties().get("reasoning_content"))
                            .build())
                    .addMessage(
                        com.openai.models.chat.completions.ChatCompletionToolMessageParam.builder()
                            .toolCallId(call.id())
                            .content("{\"time\":\"01:25\"}")
                            .build())
                    .build())
            .validate();
    assertTrue(said.choices().getFirst().message().content().orElseThrow().contains("01:25"));
  }

  @Test
  void aCallThatIsRequiredOrNamedIsMadeWholeAndStreamed() {
    var required = ChatCompletionToolChoiceOption.ofAuto(ChatCompletionToolChoiceOption.Auto.REQUIRED);
    var named =
        ChatCompletionToolChoiceOption.ofNamedToolChoice(
            ChatCompletionNamedToolChoice.builder()
                .function(ChatCompletionNamedToolChoice.Function.builder().name("get_time").build())
                .build());
    for (var choice : List.of(required, named)) {
      var params = chat("Hello!").addTool(clock()).toolChoice(choice).maxCompletionTokens(120).build();
      ChatCompletion answer = client.chat().completions().create(params).validate();
      assertEquals(ChatCompletion.Choice.FinishReason.TOOL_CALLS, answer.choices().getFirst().finishReason());
      var call = answer.choices().getFirst().message().toolCalls().orElseThrow().getFirst().asFunction();
      assertEquals("get_time", call.function().name());
      assertTrue(call.function().arguments(Map.class).get("city") instanceof String, call.function().arguments());
      ChatCompletionAccumulator all = ChatCompletionAccumulator.create();
      try (StreamResponse<ChatCompletionChunk> chunks = client.chat().completions().createStreaming(params)) {
        chunks.stream().forEach(chunk -> all.accumulate(chunk.validate()));
      }
      var streamed = all.chatCompletion().choices().getFirst().message().toolCalls().orElseThrow().getFirst().asFunction();
      assertEquals("get_time", streamed.function().name());
      assertEquals(call.function().arguments(), streamed.function().arguments());
    }
  }

  @Test
  void completionsAreValid() {
    var params = CompletionCreateParams.builder().model("javelin-demo-harmony").prompt("Once upon a time").maxTokens(8).build();
    Completion whole = client.completions().create(params).validate();
    StringBuilder text = new StringBuilder();
    // The client's idea of a piece has no null finish_reason, which OpenAI's own service sends: no validation here.
    OpenAIClient lenient = client("key-of-a-test").withOptions(options -> options.responseValidation(false));
    try (StreamResponse<Completion> pieces = lenient.completions().createStreaming(params)) {
      pieces.stream().forEach(piece -> text.append(piece.choices().getFirst().text()));
    }
    assertEquals(whole.choices().getFirst().text(), text.toString());
  }

  @Test
  void responsesAreValid() {
    var params = ResponseCreateParams.builder().model("javelin-demo-harmony").input("What is 17 + 25?").build();
    Response whole = client.responses().create(params).validate();
    assertTrue(whole.output().getLast().asMessage().content().getFirst().asOutputText().text().contains("42"));
    StringBuilder text = new StringBuilder();
    try (StreamResponse<ResponseStreamEvent> events = client.responses().createStreaming(params)) {
      events.stream()
          .forEach(
              event -> {
                event.validate();
                event.outputTextDelta().ifPresent(delta -> text.append(delta.delta()));
              });
    }
    assertTrue(text.toString().contains("42"), text.toString());
  }

  @Test
  void errorsHaveTheClientsOwnTypes() {
    assertThrows(
        NotFoundException.class, () -> client.chat().completions().create(chat("x").model("gpt-9").build()));
    BadRequestException tooLong =
        assertThrows(
            BadRequestException.class, () -> client.chat().completions().create(chat("word ".repeat(5000)).build()));
    assertEquals("context_length_exceeded", tooLong.code().orElseThrow());
    OpenAIClient stranger = client("wrong");
    assertThrows(UnauthorizedException.class, () -> stranger.models().list());
    stranger.close();
  }
}
