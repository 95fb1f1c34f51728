package dev.javelin.engine;

import dev.javelin.engine.Validation.Check;
import dev.javelin.engine.remote.ServerClient;
import dev.javelin.engine.sampling.SamplingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A model behind a server that speaks OpenAI's API. Each generation is one request and one virtual
 * thread that reads its stream.
 *
 * <p>A server is not told of priority, cache salt and prompt progress. It cannot be asked for
 * compiled rules (a response format in the conversation it can), kept keys and values,
 * log-probabilities by token id or to ignore the end: {@link NotSupported}. Token ids are not in
 * its results; token counts are what it says, 0 if it says nothing.
 */
public final class RemoteModel implements GenerativeModel {
  private static final int TRIAL_TOKENS = 32;

  private final ModelSource.Server source;
  private final ServerClient client;
  private final String name;
  private final Set<ServerClient.Exchange> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private RemoteModel(ModelSource.Server source, ServerClient client, String name) {
    this.source = source;
    this.client = client;
    this.name = name;
  }

  /**
   * Asks the server for its models.
   *
   * @throws RemoteFailed if it cannot be reached or refuses
   * @throws ModelNotFound if it has no such model, or several and none was named
   */
  public static RemoteModel open(ModelSource.Server source) {
    ServerClient client = new ServerClient(source);
    try {
      return new RemoteModel(source, client, choose(source, client.models()));
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  private static String choose(ModelSource.Server source, List<String> models) {
    if (source.model().isPresent() && models.contains(source.model().get())) {
      return source.model().get();
    }
    if (source.model().isEmpty() && models.size() == 1) {
      return models.getFirst();
    }
    String rule =
        source.model().isPresent()
            ? "has no model " + source.model().get()
            : "has no single model; name one behind #";
    throw new ModelNotFound(
        source.description() + ": " + rule + "; it lists " + String.join(", ", models));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ModelSource.Server source() {
    return source;
  }

  @Override
  public String description() {
    return source.description() + ": model " + name;
  }

  @Override
  public SamplingParameters defaultSampling() {
    return ServerClient.defaultSampling();
  }

  @Override
  public Generation submit(GenerationRequest request) {
    if (closed) {
      throw new ModelNotReady("the model is closed");
    }
    CompletableFuture<ServerClient.Exchange> begun = new CompletableFuture<>();
    Generation handle = new Generation(() -> begun.thenAccept(ServerClient.Exchange::close));
    ServerClient.Exchange exchange = client.submit(name, request, handle::put);
    running.add(exchange);
    begun.complete(exchange);
    CompletableFuture<Void> deadline = new CompletableFuture<>();
    request
        .deadline()
        .ifPresent(
            time ->
                deadline
                    .completeOnTimeout(null, time.toNanos(), TimeUnit.NANOSECONDS)
                    .thenRun(exchange::close));
    Thread.ofVirtual()
        .name("javelin-remote-" + name)
        .start(() -> follow(exchange, handle, deadline));
    return handle;
  }

  private void follow(
      ServerClient.Exchange exchange, Generation handle, CompletableFuture<Void> deadline) {
    GenerationEvent last;
    try {
      last = new GenerationEvent.Finished(exchange.read());
    } catch (RuntimeException e) {
      if (exchange.isClosed() && !closed) {
        FinishReason reason = handle.isCancelled() ? FinishReason.CANCELLED : FinishReason.DEADLINE;
        last = new GenerationEvent.Finished(exchange.soFar(reason));
      } else {
        last = new GenerationEvent.Failed(failure(e));
      }
    }
    running.remove(exchange);
    exchange.close();
    deadline.cancel(false);
    handle.put(last);
  }

  private EngineException failure(RuntimeException e) {
    if (closed) {
      return new ModelNotReady("the model was closed while an answer was being written");
    }
    return e instanceof EngineException known
        ? known
        : new GenerationFailed("the answer cannot be read: " + e, e);
  }

  @Override
  public Validation validate() {
    List<Check> checks = new ArrayList<>();
    try {
      List<String> models = client.models();
      checks.add(new Check("models", String.join(", ", models), models.contains(name)));
      GenerationResult result =
          generate(
              GenerationRequest.chat("What is 2 + 2?")
                  .sampling(SamplingParameters.GREEDY)
                  .maxTokens(TRIAL_TOKENS)
                  .build());
      String text = result.text().isEmpty() ? result.reasoning() : result.text();
      checks.add(
          new Check(
              "chat",
              text.isEmpty()
                  ? "the answer is empty"
                  : String.format(
                      Locale.ROOT,
                      "%d tokens, first after %.0f ms",
                      result.usage().completionTokens(),
                      result.timings().timeToFirstTokenNanos() / 1e6),
              !text.isEmpty()));
    } catch (EngineException e) {
      checks.add(new Check("answer", e.getMessage(), false));
    }
    return new Validation(checks);
  }

  /** Ends all generations and the connections. */
  @Override
  public void close() {
    closed = true;
    running.forEach(ServerClient.Exchange::close);
    client.close();
  }
}
