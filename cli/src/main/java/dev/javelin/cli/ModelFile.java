package dev.javelin.cli;

import dev.javelin.engine.ModelSource;
import dev.javelin.engine.NotSupported;
import dev.javelin.gguf.GgufFile;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Option;

/**
 * The option {@code -m}: where the model is, and where else if it is not there. Without it the
 * variable {@code JAVELIN_MODEL} counts, without that the embedded demo model, and a line on stderr
 * says so.
 */
final class ModelFile {
  private static final String VARIABLE = "JAVELIN_MODEL";
  private static final String KEY_VARIABLE = "JAVELIN_REMOTE_KEY";

  @Option(
      names = {"-m", "--model"},
      paramLabel = "SOURCE",
      description = {
        "GGUF file (of a split one, any), Hugging Face folder, http://HOST/v1[#MODEL] (generate and chat), or demo,"
            + " the embedded model. Several, or one with commas: the first that can be used.",
        "Default: the variable " + VARIABLE + ", else demo. " + KEY_VARIABLE + " is a server's key."
      })
  private List<String> given = List.of();

  /** Opens the first of the sources that can be opened. */
  <T> T open(Terminal terminal, Function<ModelSource, T> opener) {
    return ModelSource.openFirst(
        names(terminal),
        source -> opener.apply(withKey(source)),
        reason -> terminal.err().println("javelin: " + reason));
  }

  /** Opens metadata and tensors, nothing that computes. */
  GgufFile openFile(Terminal terminal) {
    return open(terminal, source -> local(source).open());
  }

  /** A source that is no server. */
  static ModelSource.Local local(ModelSource source) {
    return switch (source) {
      case ModelSource.Local here -> here;
      case ModelSource.Server server ->
          throw new NotSupported(
              server.description()
                  + ": this command needs the model itself; a server can be used by generate and chat");
    };
  }

  private List<String> names(Terminal terminal) {
    if (!given.isEmpty()) {
      return given.stream().flatMap(list -> ModelSource.names(list).stream()).toList();
    }
    String variable = System.getenv(VARIABLE);
    if (variable != null && !variable.isEmpty()) {
      return ModelSource.names(variable);
    }
    terminal.err().println("javelin: no -m FILE given: using the tiny embedded demo model");
    return List.of(ModelSource.EMBEDDED);
  }

  private static ModelSource withKey(ModelSource source) {
    String key = System.getenv(KEY_VARIABLE);
    return source instanceof ModelSource.Server server && key != null && !key.isEmpty()
        ? server.withKey(key)
        : source;
  }
}
