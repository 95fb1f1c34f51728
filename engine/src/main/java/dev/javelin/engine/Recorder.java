package dev.javelin.engine;

import dev.javelin.engine.constrain.ConstraintCompiler;
import dev.javelin.engine.constrain.JsonOptions;
import dev.javelin.engine.sampling.SamplingParameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Answers of a model in a file, for tests that must be quick, offline and the same every time. The
 * first run asks the model and records; later runs replay, without a model.
 *
 * <pre>{@code
 * try (Recorder model = Recorder.recordOrReplay(Path.of("greeting.jsonl"), modelFile)) {
 *   assertTrue(model.generate(GenerationRequest.chat("Hi!").build()).text().contains("Hello"));
 * }
 * }</pre>
 *
 * <p>An answer belongs to all of the request that can change it, to the options that the model was
 * opened with, to every byte of the model file and to this program's version. Anything else is a
 * {@link RecordingMissed}. With the property {@value #SWITCH}{@code =refresh} (or the variable
 * {@code JAVELIN_RECORDING=refresh}) everything is recorded anew.
 *
 * <p>A request that is drawn at random, without a seed, may be made several times: its answers are
 * replayed in their order, and then from the first one again. Answers that were cancelled, ran out
 * of time or failed are not recorded. Safe for many threads.
 */
public final class Recorder implements TextModel, AutoCloseable {
  /** The property that says {@code refresh} to record everything anew. */
  public static final String SWITCH = "javelin.recording";

  private static final String CURE =
      "; to record anew, run with -D" + SWITCH + "=refresh, or delete the file";

  private final Path file;
  private final Recording recording;
  private final Optional<LanguageModel> model; // empty: replays
  private final boolean ownsModel;
  private boolean closed;

  private Recorder(
      Path file, Recording recording, Optional<LanguageModel> model, boolean ownsModel) {
    this.file = file;
    this.recording = recording;
    this.model = model;
    this.ownsModel = ownsModel;
  }

  /**
   * Replays the file if it is there, else records into it.
   *
   * @param engine stays the caller's to close; it computes only to record
   * @throws RecordingMissed if the file was recorded with another model, other options or another
   *     version
   */
  public static Recorder recordOrReplay(Path file, LanguageModel engine) {
    return isToRecord(file) ? record(file, engine) : replay(file, engine);
  }

  /** The same with a model file, which is opened only to record. */
  public static Recorder recordOrReplay(Path file, Path model) {
    return recordOrReplay(file, model, EngineOptions.defaults());
  }

  /**
   * The same with options. To replay, the model file need not be there; if it is, it must be the
   * one that was recorded.
   */
  public static Recorder recordOrReplay(Path file, Path model, EngineOptions options) {
    if (isToRecord(file)) {
      LanguageModel engine = LanguageModel.open(model, options);
      return new Recorder(file, empty(engine), Optional.of(engine), true);
    }
    Recording recording = read(file);
    check(file, recording.stale(options));
    if (Files.exists(model)) {
      check(file, recording, model);
    }
    return new Recorder(file, recording, Optional.empty(), false);
  }

  /** Records; the file is written when the recorder is closed, in place of an older one. */
  public static Recorder record(Path file, LanguageModel engine) {
    return new Recorder(file, empty(engine), Optional.of(engine), false);
  }

  /**
   * Replays what was recorded with this model, which computes nothing.
   *
   * @throws RecordingMissed as {@link #recordOrReplay}
   */
  public static Recorder replay(Path file, LanguageModel engine) {
    Recording recording = read(file);
    check(file, recording.stale(engine.options()));
    check(file, recording, engine.info().file());
    return new Recorder(file, recording, Optional.empty(), false);
  }

  /** Replays without a look at any model. */
  public static Recorder replay(Path file) {
    Recording recording = read(file);
    check(file, recording.stale(null));
    return new Recorder(file, recording, Optional.empty(), false);
  }

  private static boolean isToRecord(Path file) {
    String wish = System.getProperty(SWITCH, System.getenv("JAVELIN_RECORDING"));
    if (wish != null && !wish.isEmpty() && !wish.toLowerCase(Locale.ROOT).equals("refresh")) {
      throw new InvalidRequest(SWITCH + " can only be refresh, not " + wish);
    }
    return "refresh".equalsIgnoreCase(wish) || !Files.isRegularFile(file);
  }

  private static Recording empty(LanguageModel engine) {
    return Recording.empty(engine.info().name(), sha256(engine.info().file()), engine.options());
  }

  private static Recording read(Path file) {
    try {
      return Recording.read(file);
    } catch (IOException e) {
      throw new InvalidRequest(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static String sha256(Path model) {
    try {
      return FileDigest.ofModel(model);
    } catch (IOException e) {
      throw new ModelInvalid(model + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static void check(Path file, Recording recording, Path model) {
    String now = sha256(model);
    check(
        file,
        now.equals(recording.modelSha256())
            ? Optional.empty()
            : Optional.of(
                "it was recorded with a model file of SHA-256 "
                    + recording.modelSha256()
                    + ", but "
                    + model
                    + " has "
                    + now));
  }

  private static void check(Path file, Optional<String> complaint) {
    if (complaint.isPresent()) {
      throw new RecordingMissed(file + " is out of date: " + complaint.get() + CURE);
    }
  }

  /** Whether answers come from the file; if not, they come from the model and go into it. */
  public boolean replays() {
    return model.isEmpty();
  }

  /** The day of the recording, for prompts that show the date: with another they would differ. */
  public LocalDate date() {
    return recording.date();
  }

  @Override
  public Generation submit(GenerationRequest request) {
    return answer(request, RequestKey.of(request).toString(), () -> request);
  }

  /** An answer in the form of a Java record, as {@link LanguageModel} gives it. */
  public <T extends Record> T generate(GenerationRequest request, Class<T> type) {
    String source = ConstraintCompiler.schemaSource(RecordSchema.of(type), JsonOptions.DEFAULT);
    String key = RequestKey.of(request, RequestKey.rules(source)).toString();
    Generation answer = answer(request, key, () -> model.orElseThrow().obeying(request, type));
    return RecordReader.read(answer.await(), type);
  }

  /**
   * @param full what to ask the model, if it comes to that
   */
  private Generation answer(
      GenerationRequest request, String key, Supplier<GenerationRequest> full) {
    if (model.isEmpty()) {
      return replayed(
          recording
              .next(key)
              .orElseThrow(() -> new RecordingMissed(file + ": " + recording.nearest(key) + CURE)));
    }
    recording.announce(key);
    SamplingParameters sampling = request.sampling().orElseGet(() -> model.get().defaultSampling());
    if (sampling.temperature() == 0 || sampling.seed().isPresent()) {
      Optional<Recording.Outcome> known = recording.next(key);
      if (known.isPresent()) {
        return replayed(known.get());
      }
    }
    List<GenerationEvent> events = new ArrayList<>();
    try {
      return model.get().submit(full.get(), event -> observe(key, events, event));
    } catch (EngineException e) {
      if (Refusals.isLasting(e)) {
        recording.add(key, new Recording.Outcome.Refused(e));
      }
      throw e;
    }
  }

  private void observe(String key, List<GenerationEvent> events, GenerationEvent event) {
    events.add(event);
    if (event instanceof GenerationEvent.Finished(GenerationResult result)
        && result.finishReason() != FinishReason.CANCELLED
        && result.finishReason() != FinishReason.DEADLINE) {
      recording.add(key, new Recording.Outcome.Answered(events));
    }
  }

  private static Generation replayed(Recording.Outcome outcome) {
    return switch (outcome) {
      case Recording.Outcome.Refused(EngineException error) -> throw error;
      case Recording.Outcome.Answered(List<GenerationEvent> events) -> {
        Generation handle = new Generation(() -> {});
        events.forEach(handle::put);
        yield handle;
      }
    };
  }

  /** Writes the file, if this was a recording. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (model.isPresent()) {
        recording.write(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written", e);
    } finally {
      if (ownsModel) {
        model.get().close();
      }
    }
  }
}
