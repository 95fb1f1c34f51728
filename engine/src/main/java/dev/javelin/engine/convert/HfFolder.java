package dev.javelin.engine.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.javelin.engine.ModelInvalid;
import dev.javelin.gguf.MappedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A checkpoint as Hugging Face's programs store it: config.json, tokenizer.json and the tensors, in
 * one file or in shards with an index.
 */
final class HfFolder implements AutoCloseable {
  private static final String CONFIG = "config.json";
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final Path path;
  private final List<MappedFile> files = new ArrayList<>();
  private final Map<String, HfTensor> tensors = new LinkedHashMap<>();

  HfFolder(Path path) throws IOException {
    this.path = path;
    try {
      for (String shard : shards()) {
        Path file = path.resolve(shard);
        files.add(MappedFile.open(file));
        tensors.putAll(SafetensorsFile.read(file, files.getLast().segment()));
      }
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Whether a folder looks like such a checkpoint. */
  static boolean is(Path folder) {
    return Files.isRegularFile(folder.resolve(CONFIG))
        && (Files.isRegularFile(folder.resolve(SINGLE))
            || Files.isRegularFile(folder.resolve(INDEX)));
  }

  Path path() {
    return path;
  }

  JsonNode config() throws IOException {
    return json(CONFIG);
  }

  /** What the tensors lie in. */
  List<MappedFile> files() {
    return files;
  }

  Map<String, HfTensor> tensors() {
    return tensors;
  }

  HfTensor tensor(String name) {
    HfTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new ModelInvalid(
          path + ": the checkpoint must have the tensor " + name + ": tensors=" + tensors.size());
    }
    return tensor;
  }

  /** A JSON file that must be there. */
  JsonNode json(String file) throws IOException {
    if (!Files.isRegularFile(path.resolve(file))) {
      throw new ModelInvalid(path + ": the folder must have " + file);
    }
    return new JsonMapper().readTree(path.resolve(file).toFile());
  }

  /** A JSON file, or a missing node. */
  JsonNode optionalJson(String file) throws IOException {
    return Files.isRegularFile(path.resolve(file)) ? json(file) : MissingNode.getInstance();
  }

  private Set<String> shards() throws IOException {
    if (Files.isRegularFile(path.resolve(SINGLE))) {
      return Set.of(SINGLE);
    }
    if (!Files.isRegularFile(path.resolve(INDEX))) {
      throw new ModelInvalid(path + ": the folder must have " + SINGLE + " or " + INDEX);
    }
    Set<String> shards = new TreeSet<>();
    json(INDEX).path("weight_map").forEach(shard -> shards.add(shard.asText()));
    Path folder = path.toAbsolutePath().normalize();
    for (String shard : shards) {
      if (!folder.equals(folder.resolve(shard).normalize().getParent())) {
        throw new ModelInvalid(path + ": shards must lie in the folder: " + shard);
      }
    }
    return shards;
  }

  @Override
  public void close() {
    files.forEach(MappedFile::close);
  }
}
