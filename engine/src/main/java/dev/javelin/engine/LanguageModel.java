package dev.javelin.engine;

import dev.javelin.engine.constrain.Constraint;
import dev.javelin.engine.constrain.ConstraintCompiler;
import dev.javelin.engine.constrain.JsonOptions;
import dev.javelin.engine.constrain.TokenTrie;
import dev.javelin.engine.model.Architectures;
import dev.javelin.engine.model.Batch;
import dev.javelin.engine.model.Compute;
import dev.javelin.engine.model.Model;
import dev.javelin.engine.model.ModelOptions;
import dev.javelin.engine.prompt.AnswerRules;
import dev.javelin.engine.prompt.PromptFormat;
import dev.javelin.engine.prompt.PromptFormats;
import dev.javelin.engine.sampling.LogProbabilities;
import dev.javelin.engine.sampling.SamplingParameters;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.engine.tokenizer.TokenizerException;
import dev.javelin.gguf.GgufException;
import dev.javelin.gguf.GgufFile;
import dev.javelin.kvcache.KvCache;
import dev.javelin.kvcache.KvCacheException;
import dev.javelin.kvcache.KvPoolSize;
import dev.javelin.kvcache.KvSequence;
import dev.javelin.kvcache.SavedBlocks;
import dev.javelin.tensor.Precision;
import dev.javelin.tensor.ops.MatMul;
import dev.javelin.tensor.ops.ReadLimit;
import dev.javelin.tensor.parallel.TimeMeter;
import dev.javelin.tensor.parallel.WorkerPool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import javax.crypto.SecretKey;

/**
 * An open model that answers, in this process.
 *
 * <pre>{@code
 * try (LanguageModel model = LanguageModel.open(Path.of("gpt-oss-20b.gguf"))) {
 *   System.out.println(model.generate(GenerationRequest.chat("What is 17 + 25?").build()).text());
 * }
 * }</pre>
 *
 * <p>Safe for many threads: their generations run together, in one batch.
 */
public final class LanguageModel implements GenerativeModel {
  private static final int DEFAULT_CONTEXT = 4096;

  private static final long READ_LIMIT_BYTES = 1L << 30;

  private final ModelSource.Local source;
  private final GgufFile file;
  private final Tokenizer tokenizer;
  private final Optional<PromptFormat> format;
  private final WorkerPool pool;
  private final Model model;
  private final KvCache cache;
  private final BatchEngine engine;
  private final RequestReader requests;
  private final ModelInfo info;
  private final EngineOptions options;
  private ConstraintCompiler constraints; // made when first asked for
  private volatile boolean closed;

  /** Opens a GGUF file, any file of a model in parts, or a Hugging Face folder. */
  public static LanguageModel open(Path path) {
    return open(path, EngineOptions.defaults());
  }

  /**
   * Opens a GGUF file, any file of a model in parts, or a Hugging Face folder.
   *
   * @throws ModelNotFound if nothing is there
   * @throws ModelInvalid if it cannot be read or holds no model that can be run
   */
  public static LanguageModel open(Path path, EngineOptions options) {
    return open(ModelSource.of(path), options);
  }

  /** Opens the model that comes with Javelin. */
  public static LanguageModel openDemo(EngineOptions options) {
    return open(new ModelSource.Embedded(), options);
  }

  /**
   * Opens a source.
   *
   * @throws ModelInvalid if it cannot be read or holds no model that can be run
   */
  public static LanguageModel open(ModelSource.Local source, EngineOptions options) {
    List<AutoCloseable> opened = new ArrayList<>();
    try {
      GgufFile file = source.open();
      opened.add(file);
      if (options.precision() == Precision.FAST) {
        SideFiles.attach(file);
      }
      return new LanguageModel(source, file, options, opened);
    } catch (GgufException e) {
      closeAll(opened);
      throw new ModelInvalid(e.getMessage(), e);
    } catch (TokenizerException e) {
      closeAll(opened);
      throw new ModelInvalid(source.description() + ": " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      closeAll(opened);
      throw e;
    }
  }

  private LanguageModel(
      ModelSource.Local source, GgufFile file, EngineOptions options, List<AutoCloseable> opened) {
    this.source = source;
    this.file = file;
    this.options = options;
    this.tokenizer = Tokenizer.of(file.metadata());
    int threads =
        options.threads() > 0 ? options.threads() : Runtime.getRuntime().availableProcessors();
    this.pool = new WorkerPool(threads);
    opened.add(pool);
    int trained = trainedContext();
    int context =
        options.contextLength() > 0 ? options.contextLength() : Math.min(trained, DEFAULT_CONTEXT);
    int chunk = KvCaches.stepRows(options, context);
    int rows = Math.max(options.maxSequences() + Sequence.MAX_GUESSED, chunk);
    ModelOptions modelOptions =
        new ModelOptions(
            rows,
            options.maxSequences() + Sequence.MAX_GUESSED,
            options.kvType(),
            KvCaches.BLOCK_TOKENS,
            context,
            options.precision(),
            options.yarnRounded());
    this.model =
        Architectures.load(
            file,
            tokenizer.vocabularySize(),
            new Compute(pool, new MatMul(pool, options.precision())),
            modelOptions);
    KvPoolSize kvSize = KvCaches.size(model.kvLayout(), options, context, chunk);
    this.cache = new KvCache(model.kvLayout(), kvSize);
    opened.add(cache);
    this.format =
        options.chatTemplate() == null
            ? PromptFormats.of(file.metadata(), tokenizer)
            : Optional.of(PromptFormats.ofTemplate(options.chatTemplate(), tokenizer));
    this.requests = new RequestReader(file.metadata(), tokenizer, format, context, chunk, cache);
    this.info =
        ModelInfos.of(
            file, model, tokenizer, format, context, threads, kvSize.bytes(model.kvLayout()));
    this.engine =
        new BatchEngine(
            info, model, cache, options.maxSequences(), chunk, new LogProbabilities(tokenizer));
    PerformanceNote.report();
    engine.start();
  }

  private int trainedContext() {
    String architecture = Architectures.of(file).ggufName();
    return file.metadata().optionalInt(architecture + ".context_length").orElse(DEFAULT_CONTEXT);
  }

  /** False: every token is sampled, to compare with. */
  void feedForced(boolean value) {
    requests.feedForced(value);
  }

  EngineOptions options() {
    return options;
  }

  public ModelInfo info() {
    return info;
  }

  @Override
  public String name() {
    return info.name();
  }

  @Override
  public ModelSource.Local source() {
    return source;
  }

  @Override
  public String description() {
    return source.description() + ": " + ModelInfos.summary(info);
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** How a conversation becomes a prompt; empty if the model was not made for conversations. */
  public Optional<PromptFormat> promptFormat() {
    return format;
  }

  /**
   * What a request that says nothing of sampling gets: the file's recommendation, else the usual
   * values.
   */
  @Override
  public SamplingParameters defaultSampling() {
    return requests.defaultSampling();
  }

  /** Compiles what answers must obey, for this model's vocabulary. */
  public synchronized ConstraintCompiler constraints() {
    if (constraints == null) {
      constraints = new ConstraintCompiler(TokenTrie.of(tokenizer));
    }
    return constraints;
  }

  /** What the engine is doing now. */
  public EngineCounters counters() {
    return engine.counters();
  }

  /**
   * Generates an answer in the form of a Java record: the answer obeys the JSON schema that follows
   * from the record's components, whatever rules the request has, and is read into it.
   *
   * <pre>{@code
   * record City(String name, String country, int inhabitants) {}
   * City city = model.generate(GenerationRequest.chat("Tell me about Lisbon.").build(), City.class);
   * }</pre>
   *
   * @throws InvalidRequest if the record has a component without a JSON form
   * @throws GenerationFailed if the token limit was too small for any answer
   */
  public <T extends Record> T generate(GenerationRequest request, Class<T> type) {
    return RecordReader.read(generate(obeying(request, type)), type);
  }

  /** The request under the schema of a record. */
  GenerationRequest obeying(GenerationRequest request, Class<? extends Record> type) {
    Constraint constraint = constraints().jsonSchema(RecordSchema.of(type), JsonOptions.DEFAULT);
    return request.obeying(AnswerRules.constrained(constraint));
  }

  /**
   * Starts a generation.
   *
   * @throws InvalidRequest if the request can never be carried out
   * @throws TokenLimitExceeded if the prompt does not fit the context
   * @throws PoolExhausted if the cache can never hold it
   * @throws ModelNotReady if the model is closed
   */
  @Override
  public Generation submit(GenerationRequest request) {
    return submit(request, event -> {});
  }

  /** The same for somebody who sees each event before the caller does, on the engine's thread. */
  Generation submit(GenerationRequest request, Consumer<GenerationEvent> observer) {
    requireOpen();
    Generation handle = new Generation(this::wakeEngine, observer);
    engine.submit(requests.read(request, handle));
    return handle;
  }

  @Override
  public Validation validate() {
    return new Trial(this).run();
  }

  /** The ids that a request's prompt becomes. */
  public int[] promptIds(Prompt prompt) {
    return requests.ids(prompt);
  }

  /**
   * Feeds token ids in chunks and reports logits: of the last position or, with {@code all}, of
   * each.
   *
   * @return nanoseconds that the forward passes took
   */
  public long evaluate(int[] ids, boolean all, Evaluation evaluation) {
    requireOpen();
    requests.checkIds(ids);
    return engine.call((m, kv) -> evaluate(m, kv, ids, all, evaluation));
  }

  /**
   * Brings back a conversation that {@link AgentBlocks#save} wrote, in this process or another. It
   * is reused by requests with this past alone, never found as a prefix by others.
   *
   * @throws CheckpointInvalid if the file is damaged, belongs to another model, layout or key, or
   *     is longer than the context: encode the conversation anew
   * @throws PoolExhausted if the cache has too few free blocks
   */
  public AgentBlocks restore(Path saved, Optional<SecretKey> key) throws IOException {
    requireOpen();
    try (Arena arena = Arena.ofShared()) {
      return restore(saved, CheckpointFile.read(saved, key, info, arena));
    }
  }

  /**
   * Brings back a generation in progress that {@link SavedGeneration#save} wrote.
   *
   * @throws CheckpointInvalid as {@link #restore}, and if the file holds no generation in progress
   */
  public SavedGeneration restoreGeneration(Path saved, Optional<SecretKey> key) throws IOException {
    requireOpen();
    try (Arena arena = Arena.ofShared()) {
      CheckpointFile.Contents contents = CheckpointFile.read(saved, key, info, arena);
      GenerationJson.State state =
          GenerationJson.read(
              contents.note(), contents.ids().length, this::constraints, saved.toString());
      return new SavedGeneration(
          state.request(), state.promptTokens(), state.sampler(), restore(saved, contents));
    }
  }

  /**
   * Stops a generation in its middle and keeps all that it needs to go on, here or in another
   * process. Its handle ends as cancelled. Empty if it has already ended, or has not yet begun.
   */
  public Optional<SavedGeneration> suspend(Generation generation) {
    requireOpen();
    return engine.suspend(generation);
  }

  /**
   * Lets a stopped generation go on as if nothing had happened; the events of what was written
   * before are not repeated.
   */
  public Generation resume(SavedGeneration saved) {
    requireOpen();
    Generation handle = new Generation(this::wakeEngine);
    engine.submit(requests.resume(saved, handle));
    return handle;
  }

  private AgentBlocks restore(Path saved, CheckpointFile.Contents contents) {
    return engine.call(
        (m, kv) -> {
          List<SavedBlocks> states = new ArrayList<>();
          try {
            for (CheckpointFile.State state : contents.states()) {
              states.add(reconstruct(kv, contents.ids(), state));
            }
            return new AgentBlocks(engine, states, contents.ids(), info);
          } catch (KvCacheException e) {
            states.forEach(SavedBlocks::close);
            throw new CheckpointInvalid(saved + ": " + e.getMessage(), e);
          } catch (RuntimeException | Error e) {
            states.forEach(SavedBlocks::close);
            throw e;
          }
        });
  }

  private static SavedBlocks reconstruct(KvCache cache, int[] ids, CheckpointFile.State state) {
    try (KvSequence sequence =
        cache
            .reconstruct(Arrays.copyOf(ids, state.length()), state.blocks())
            .orElseThrow(
                () ->
                    new PoolExhausted(
                        "no cache blocks are free for " + state.length() + " saved tokens"))) {
      return sequence.save();
    }
  }

  private long evaluate(Model m, KvCache kv, int[] ids, boolean all, Evaluation evaluation) {
    int rows = all ? options.maxSequences() : Math.max(1, options.chunkTokens());
    int logitRows = all ? rows : 1;
    int vocabulary = m.sizes().vocabularySize();
    Batch batch = new Batch(rows, logitRows);
    float[] logits = new float[Math.multiplyExact(logitRows, vocabulary)];
    long nanos = 0;
    try (KvSequence sequence = kv.openUncached()) {
      for (int from = 0; from < ids.length; from += rows) {
        int count = Math.min(rows, ids.length - from);
        if (!sequence.reserve(count)) {
          throw new PoolExhausted("no cache blocks are free for " + ids.length + " tokens");
        }
        boolean last = from + count == ids.length;
        batch.clear();
        batch.add(sequence, ids, from, count, from, all ? count : last ? 1 : 0);
        long start = System.nanoTime();
        m.forward(batch, logits);
        nanos += System.nanoTime() - start;
        sequence.appendTokens(ids, from, count);
        for (int i = 0; i < batch.logitRowCount(); i++) {
          evaluation.row(batch.position(batch.logitRow(i)), logits, i * vocabulary);
        }
      }
    }
    return nanos;
  }

  private void wakeEngine() {
    engine.wake();
  }

  private void requireOpen() {
    if (closed) {
      throw new ModelNotReady("the model is closed");
    }
  }

  /** Counts from now on where the time goes. */
  TimeMeter measure() {
    TimeMeter meter = new TimeMeter(pool.threads());
    pool.measure(meter);
    return meter;
  }

  void stopMeasuring() {
    pool.measure(null);
  }

  /** How fast the workers read the model's file, or as much of it as is enough to tell. */
  OptionalDouble readLimit() throws IOException {
    try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ);
        Arena arena = Arena.ofShared()) {
      long bytes = Math.min(channel.size(), READ_LIMIT_BYTES);
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
      mapped.load();
      return new ReadLimit().bytesPerSecond(pool, mapped);
    }
  }

  /** Ends all generations and frees memory, threads and the file. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      engine.close();
      closeAll(List.of(file, pool, cache));
    }
  }

  private static void closeAll(List<AutoCloseable> opened) {
    for (AutoCloseable closeable : opened.reversed()) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot close " + closeable, e);
      }
    }
  }
}
