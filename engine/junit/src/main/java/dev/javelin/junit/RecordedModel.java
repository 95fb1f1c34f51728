package dev.javelin.junit;

import dev.javelin.engine.DemoModel;
import dev.javelin.engine.EngineOptions;
import dev.javelin.engine.Generation;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.Recorder;
import dev.javelin.engine.TextModel;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A model for the tests of one class: its answers are recorded the first time and replayed ever
 * after, in milliseconds and without the model file.
 *
 * <pre>{@code
 * class GreetingTest {
 *   @RegisterExtension
 *   static final RecordedModel MODEL = RecordedModel.of(Path.of("models/gpt-oss-20b.gguf"));
 *
 *   @Test
 *   void greetsBack() {
 *     assertTrue(MODEL.generate(GenerationRequest.chat("Hi!").build()).text().contains("Hello"));
 *   }
 * }
 * }</pre>
 *
 * <p>Tests may also have a parameter of type {@link TextModel}. The file is {@code
 * src/test/recordings/CLASS.jsonl}: commit it. {@code mvn test -Djavelin.recording=refresh} records
 * anew; see {@link Recorder}.
 */
public final class RecordedModel
    implements TextModel, BeforeAllCallback, AfterAllCallback, ParameterResolver {
  private static final Path FOLDER = Path.of("src", "test", "recordings");

  private final Supplier<Path> model;
  private final EngineOptions options;
  private final Path folder;
  private Recorder recorder;

  private RecordedModel(Supplier<Path> model, EngineOptions options, Path folder) {
    this.model = model;
    this.options = options;
    this.folder = folder;
  }

  /** Answers of this model file. */
  public static RecordedModel of(Path model) {
    return new RecordedModel(() -> model, EngineOptions.defaults(), FOLDER);
  }

  /** Answers of the model that comes with Javelin. */
  public static RecordedModel demo() {
    return new RecordedModel(DemoModel::file, EngineOptions.defaults(), FOLDER);
  }

  /** The same with options for opening the model. */
  public RecordedModel with(EngineOptions others) {
    return new RecordedModel(model, others, folder);
  }

  /** The same with another folder for recordings. */
  public RecordedModel in(Path other) {
    return new RecordedModel(model, options, other);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Path file = folder.resolve(context.getRequiredTestClass().getName() + ".jsonl");
    recorder = Recorder.recordOrReplay(file, model.get(), options);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    recorder.close();
    recorder = null;
  }

  @Override
  public Generation submit(GenerationRequest request) {
    return recorder().submit(request);
  }

  /** An answer in the form of a Java record. */
  public <T extends Record> T generate(GenerationRequest request, Class<T> type) {
    return recorder().generate(request, type);
  }

  private Recorder recorder() {
    if (recorder == null) {
      throw new IllegalStateException(
          "there is no recording outside of a class's tests: register RecordedModel in a static field");
    }
    return recorder;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TextModel.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return this;
  }
}
