package dev.javelin.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.server.JavelinServer;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** LangChain4j's client of OpenAI's API. */
class LangChainTest {
  private static JavelinServer server;

  @BeforeAll
  static void start() {
    server = Demo.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aChatAnswersAndShowsItsThoughts() {
    OpenAiChatModel model =
        OpenAiChatModel.builder()
            .baseUrl(Demo.baseUrl(server))
            .apiKey("key-of-a-test")
            .modelName("javelin-demo-harmony")
            .returnThinking(true)
            .build();
    ChatResponse answer = model.chat(UserMessage.from("What is 17 + 25?"));
    assertTrue(answer.aiMessage().text().contains("42"));
    assertFalse(answer.aiMessage().thinking().isBlank());
  }

  @Test
  void aStreamSaysTheSame() throws Exception {
    OpenAiStreamingChatModel model =
        OpenAiStreamingChatModel.builder()
            .baseUrl(Demo.baseUrl(server))
            .apiKey("key-of-a-test")
            .modelName("javelin-demo-harmony")
            .returnThinking(true)
            .build();
    StringBuilder text = new StringBuilder();
    StringBuilder thinking = new StringBuilder();
    CompletableFuture<ChatResponse> done = new CompletableFuture<>();
    model.chat(
        List.of(UserMessage.from("What is 17 + 25?")),
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String piece) {
            text.append(piece);
          }

          @Override
          public void onPartialThinking(PartialThinking piece) {
            thinking.append(piece.text());
          }

          @Override
          public void onCompleteResponse(ChatResponse response) {
            done.complete(response);
          }

          @Override
          public void onError(Throwable error) {
            done.completeExceptionally(error);
          }
        });
    ChatResponse answer = done.get(60, TimeUnit.SECONDS);
    assertEquals(answer.aiMessage().text(), text.toString());
    assertTrue(text.toString().contains("42"));
    assertFalse(thinking.isEmpty());
  }
}
