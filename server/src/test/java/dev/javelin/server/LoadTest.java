package dev.javelin.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.EngineCounters;
import dev.javelin.engine.LanguageModel;
import dev.javelin.server.config.Setting;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many clients at once. Times are only meant on a machine that does nothing else. */
@Tag("acceptance")
class LoadTest {
  private static final String STORY =
      TestServer.chat(
          "Tell me a story about a fox.", ",\"stream\":true,\"max_tokens\":60,\"temperature\":0.5");

  private record Outcome(int status, long nanos, boolean retryAfter, String body) {}

  private static Outcome ask(TestServer server, String body) throws Exception {
    long start = System.nanoTime();
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/v1/chat/completions"))
            .POST(BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = server.client.send(request, BodyHandlers.ofString());
    return new Outcome(
        answer.statusCode(),
        System.nanoTime() - start,
        answer.headers().firstValue("retry-after").isPresent(),
        answer.body());
  }

  private static List<Outcome> askAll(TestServer server, int count, String body) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome>> futures = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Callable<Outcome> task = () -> ask(server, body);
        futures.add(threads.submit(task));
      }
      List<Outcome> outcomes = new ArrayList<>();
      for (Future<Outcome> future : futures) {
        outcomes.add(future.get());
      }
      return outcomes;
    }
  }

  @Test
  void hundredStreamsAllEndAndNoneIsMuchSlowerThanTheOthers() throws Exception {
    try (TestServer server =
        TestServer.start(Map.of(Setting.SEQUENCES, "64", Setting.MAX_QUEUE, "64"))) {
      askAll(server, 8, STORY);
      System.gc();
      long before = used();
      List<Outcome> outcomes = askAll(server, 100, STORY);
      long[] times = outcomes.stream().mapToLong(Outcome::nanos).sorted().toArray();
      assertTrue(
          outcomes.stream()
              .allMatch(o -> o.status() == 200 && o.body().endsWith("data: [DONE]\n\n")));
      double ratio = (double) times[99] / times[50];
      System.gc();
      long grown = used() - before;
      AcceptanceRow.write(
          "100 streams at once",
          "slowest / median = "
              + Math.round(ratio * 100) / 100.0
              + ", heap grew by "
              + grown / 1024
              + " KiB",
          "no error, at most 2, flat");
      assertTrue(ratio <= 2, "slowest / median = " + ratio);
      assertTrue(grown < 32 << 20, "heap grew by " + grown);
    }
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void overloadIsRefusedAtOnceAndServiceComesBack() throws Exception {
    try (TestServer server =
        TestServer.start(Map.of(Setting.SEQUENCES, "8", Setting.MAX_QUEUE, "8"))) {
      askAll(server, 8, STORY);
      for (int factor : new int[] {10, 23}) {
        List<Outcome> outcomes = askAll(server, 16 * factor, STORY);
        List<Outcome> refused = outcomes.stream().filter(o -> o.status() != 200).toList();
        assertTrue(
            refused.stream()
                .allMatch(o -> (o.status() == 503 || o.status() == 429) && o.retryAfter()));
        assertTrue(outcomes.size() - refused.size() >= 16);
        long[] times = refused.stream().mapToLong(Outcome::nanos).sorted().toArray();
        long start = System.nanoTime();
        assertEquals(200, ask(server, STORY).status());
        AcceptanceRow.write(
            factor + "x overload",
            refused.size()
                + " of "
                + outcomes.size()
                + " refused, p50 "
                + times[times.length / 2] / 1_000_000
                + " ms, p99 "
                + times[times.length * 99 / 100] / 1_000_000
                + " ms; next answer after "
                + (System.nanoTime() - start) / 1_000_000
                + " ms",
            "429/503 with Retry-After within 100 ms, back within 30 s");
      }
    }
  }

  @Test
  void healthAnswersWhileAllCoresCompute() throws Exception {
    try (TestServer server = TestServer.start()) {
      AtomicBoolean over = new AtomicBoolean();
      Thread load =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!over.get()) {
                      try {
                        askAll(
                            server,
                            8,
                            STORY.replace(
                                "\"max_tokens\":60", "\"max_tokens\":200,\"ignore_eos\":true"));
                      } catch (Exception e) {
                        over.set(true);
                      }
                    }
                  });
      long[] nanos = new long[400];
      for (int i = 0; i < nanos.length; i++) {
        Thread.sleep(20);
        long start = System.nanoTime();
        assertEquals(200, server.get("/health").status());
        nanos[i] = System.nanoTime() - start;
      }
      over.set(true);
      load.join();
      Arrays.sort(nanos);
      double p99 = nanos[nanos.length * 99 / 100] / 1e6;
      AcceptanceRow.write(
          "/health while generating",
          "p99 " + Math.round(p99 * 10) / 10.0 + " ms",
          "p99 under 100 ms");
      assertTrue(p99 < 100, "p99 " + p99 + " ms");
    }
  }

  @Test
  void hundredCancelledStreamsLeaveThePoolAsItWas() throws Exception {
    try (TestServer server =
        TestServer.start(Map.of(Setting.SEQUENCES, "32", Setting.MAX_QUEUE, "100"))) {
      LanguageModel model = server.server.awaitReady();
      long inUse = idle(model).cache().inUseBlocks();
      Random random = new Random(5);
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 100; i++) {
          int patience = random.nextInt(400);
          threads.submit(
              () -> {
                HttpRequest request =
                    HttpRequest.newBuilder(server.uri("/v1/chat/completions"))
                        .POST(
                            BodyPublishers.ofString(
                                STORY.replace("\"max_tokens\":60", "\"ignore_eos\":true")))
                        .build();
                HttpResponse<InputStream> answer =
                    server.client.send(request, BodyHandlers.ofInputStream());
                Thread.sleep(patience);
                answer.body().close();
                return null;
              });
        }
      }
      long after = idle(model).cache().inUseBlocks();
      AcceptanceRow.write(
          "100 streams cancelled at random",
          "blocks in use " + inUse + " before, " + after + " after",
          "equal");
      assertEquals(inUse, after);
    }
  }

  private static EngineCounters idle(LanguageModel model) throws InterruptedException {
    for (int i = 0; i < 3000; i++) {
      EngineCounters counters = model.counters();
      if (counters.running() == 0 && counters.waiting() == 0) {
        Thread.sleep(50);
        return model.counters();
      }
      Thread.sleep(10);
    }
    throw new AssertionError("the engine does not come to rest");
  }

  @Test
  void aCachedAnswerIsTwentyTimesFaster() throws Exception {
    try (TestServer server = TestServer.start(Map.of(Setting.CACHE, "true"))) {
      ask(server, STORY);
      String body = STORY.replace("0.5", "0").replace("\"max_tokens\":60", "\"max_tokens\":300");
      long first = ask(server, body).nanos();
      long[] again = new long[5];
      for (int i = 0; i < again.length; i++) {
        again[i] = ask(server, body).nanos();
      }
      Arrays.sort(again);
      double factor = (double) first / again[2];
      AcceptanceRow.write(
          "second identical request",
          Math.round(factor) + "x faster (" + again[2] / 1000 + " us)",
          "at least 20x");
      assertTrue(factor >= 20, factor + "x");
    }
  }
}
