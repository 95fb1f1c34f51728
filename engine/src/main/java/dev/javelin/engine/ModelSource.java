package dev.javelin.engine;

import dev.javelin.engine.convert.HfConverter;
import dev.javelin.gguf.GgufException;
import dev.javelin.gguf.GgufFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A place that a model can come from. {@link #of(String)} finds out which kind of place a name
 * means by looking at what is there, not at how it is spelt.
 */
public sealed interface ModelSource {
  /** The name of the embedded model, unless a file or folder is called so. */
  String EMBEDDED = "demo";

  /** The kind and the place, in a few words. */
  String description();

  /** A place with weights that this process can compute with. */
  sealed interface Local extends ModelSource permits Gguf, HuggingFace, Embedded {
    /**
     * Opens metadata and tensors; the caller closes them.
     *
     * @throws ModelInvalid if they cannot be read
     */
    default GgufFile open() {
      try {
        return read();
      } catch (IOException e) {
        throw new ModelInvalid(description() + ": cannot be read: " + e.getMessage(), e);
      } catch (GgufException e) {
        throw new ModelInvalid(e.getMessage(), e);
      }
    }

    /** Opens, with the errors of whoever reads. */
    GgufFile read() throws IOException;
  }

  /** A GGUF file, or any of the files of a model in parts. */
  record Gguf(Path path) implements Local {
    @Override
    public String description() {
      return "GGUF file " + path;
    }

    @Override
    public GgufFile read() throws IOException {
      return GgufFile.open(path);
    }
  }

  /** A folder with config.json, tokenizer and safetensors. It is read in place, not converted. */
  record HuggingFace(Path folder) implements Local {
    @Override
    public String description() {
      return "Hugging Face folder " + folder;
    }

    @Override
    public GgufFile read() throws IOException {
      return HfConverter.open(folder);
    }
  }

  /** The model that comes with Javelin. */
  record Embedded() implements Local {
    @Override
    public String description() {
      return "embedded demo model";
    }

    @Override
    public GgufFile read() throws IOException {
      return GgufFile.open(DemoModel.file());
    }
  }

  /**
   * A server that speaks OpenAI's API.
   *
   * @param address up to and with {@code /v1}
   * @param model empty: the only one that the server lists
   * @param key empty: none is sent
   */
  record Server(URI address, Optional<String> model, Optional<String> key) implements ModelSource {
    public Server {
      Objects.requireNonNull(address, "address");
      if (address.getHost() == null || address.getUserInfo() != null) {
        throw new InvalidRequest("a server is named as in http://127.0.0.1:8080/v1: " + address);
      }
    }

    /** Reads {@code http://host/v1#model}. */
    static Server of(String text) {
      String[] parts = text.split("#", 2);
      try {
        return new Server(
            URI.create(parts[0].replaceAll("/+$", "")),
            Optional.of(parts[parts.length - 1])
                .filter(name -> parts.length == 2 && !name.isEmpty()),
            Optional.empty());
      } catch (IllegalArgumentException e) {
        throw new InvalidRequest("a server is named as in http://127.0.0.1:8080/v1: " + text, e);
      }
    }

    public Server withKey(String value) {
      return new Server(address, model, Optional.of(value));
    }

    @Override
    public String description() {
      return "server " + address;
    }

    /** Never shows the key. */
    @Override
    public String toString() {
      return description() + model.map(name -> ", model " + name).orElse("");
    }
  }

  /**
   * What a name means: {@code http://} or {@code https://} is a server ({@code #model} behind it
   * picks one of its models), {@code demo} the embedded model, all else a path.
   *
   * @throws ModelNotFound if nothing is there
   * @throws ModelInvalid if there is something else than a model
   */
  static ModelSource of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.startsWith("http://") || lower.startsWith("https://")) {
      return Server.of(name);
    }
    return name.equals(EMBEDDED) && !SourceFinder.exists(name)
        ? new Embedded()
        : SourceFinder.find(name);
  }

  /**
   * What a path means.
   *
   * @throws ModelNotFound if nothing is there
   * @throws ModelInvalid if there is something else than a model
   */
  static Local of(Path path) {
    return SourceFinder.find(path);
  }

  /** The names in a list separated by commas; a path may have commas itself if it exists. */
  static List<String> names(String list) {
    return SourceFinder.exists(list) ? List.of(list) : List.of(list.split(","));
  }

  /**
   * Tries names in order until one can be opened.
   *
   * @param skipped told about each name that could not, and why
   * @throws EngineException if there is one name: why it could not be opened
   * @throws ModelNotFound if none of several could be opened: all reasons
   */
  static <T> T openFirst(
      List<String> names, Function<ModelSource, T> open, Consumer<String> skipped) {
    List<String> reasons = new ArrayList<>();
    for (String name : names) {
      try {
        return open.apply(of(name));
      } catch (EngineException e) {
        if (names.size() == 1) {
          throw e;
        }
        reasons.add(e.getMessage());
        if (reasons.size() < names.size()) {
          skipped.accept(e.getMessage() + "; trying the next");
        }
      }
    }
    throw new ModelNotFound(
        "none of " + names.size() + " models can be used: " + String.join("; ", reasons));
  }
}
