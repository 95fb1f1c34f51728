package dev.javelin.engine.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.javelin.engine.ModelInvalid;
import dev.javelin.engine.Shared;
import dev.javelin.engine.tokenizer.Tokenizer;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.Metadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Scanner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real SentencePiece vocabularies, from each of the files they are published in, give the ids that
 * another program stored.
 */
class HfVocabularyTest {
  private static final String SEPARATOR = "\n__ggml_vocab_test__\n";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"llama-spm,model", "llama-spm,json", "phi-3,model", "phi-3,json", "phi-3,both"})
  void sentencePieceComesOutAsItWentIn(String name, String files) throws IOException {
    Path vocabulary = Shared.path("vocab/ggml-vocab-" + name + ".gguf");
    int rows;
    try (GgufFile file = GgufFile.open(vocabulary)) {
      SpmFiles writer = new SpmFiles(file.metadata());
      rows = file.metadata().strings("tokenizer.ggml.tokens").length;
      if (!files.equals("json")) {
        writer.writeModel(folder.resolve("tokenizer.model"));
      }
      if (!files.equals("model")) {
        writer.writeJson(folder.resolve("tokenizer.json"));
      }
    }
    Metadata keys = keys("{}", rows + 3);
    assertEquals("[PAD" + (rows + 2) + "]", keys.strings("tokenizer.ggml.tokens")[rows + 2]);
    Tokenizer tokenizer = Tokenizer.of(keys);
    assertEquals(1, tokenizer.bos().orElseThrow());
    assertEquals(2, tokenizer.eos().orElseThrow());
    String[] texts = Files.readString(Path.of(vocabulary + ".inp")).split(SEPARATOR, -1);
    String[] lines = Files.readString(Path.of(vocabulary + ".out")).split("\n", -1);
    for (int i = 0; i < texts.length; i++) {
      int[] wanted = new Scanner(lines[i]).tokens().mapToInt(Integer::parseInt).toArray();
      int[] ids = tokenizer.encode(texts[i], false);
      String text = texts[i];
      assertArrayEquals(wanted, ids, () -> "'" + text + "' -> " + Arrays.toString(ids));
      assertEquals(text, tokenizer.decode(ids));
    }
  }

  @Test
  void aTokenizerModelThatIsNoneIsRefused() throws IOException {
    for (String bytes : new String[] {"", "aGVsbG8= 0\nd29ybGQ= 1\n", "\n\u007fx", "\u0001"}) {
      Files.writeString(folder.resolve("tokenizer.model"), bytes, StandardCharsets.ISO_8859_1);
      ModelInvalid e = assertThrows(ModelInvalid.class, () -> keys("{}", 10));
      assertTrue(e.getMessage().contains("tokenizer.model: "), e::getMessage);
    }
  }

  @Test
  void idsOfTheConfigurationAndAddedTokensWinOverTheModels() throws IOException {
    Path vocabulary = Shared.path("vocab/ggml-vocab-llama-spm.gguf");
    int rows;
    try (GgufFile file = GgufFile.open(vocabulary)) {
      new SpmFiles(file.metadata()).writeModel(folder.resolve("tokenizer.model"));
      rows = file.metadata().strings("tokenizer.ggml.tokens").length;
    }
    Files.writeString(folder.resolve("added_tokens.json"), "{\"<|im_end|>\": " + rows + "}");
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"add_bos_token\": false}");
    Metadata keys = keys("{\"eos_token_id\": [" + rows + ", 2]}", rows + 1);
    Tokenizer tokenizer = Tokenizer.of(keys);
    assertEquals(rows, tokenizer.eos().orElseThrow());
    assertTrue(tokenizer.endTokens().contains(2));
    assertTrue(!tokenizer.addsBos());
    int[] ids = tokenizer.encode("Hi<|im_end|>", true);
    assertEquals(rows, ids[ids.length - 1]);
  }

  /** What the tokenizer's part of convert writes for the folder. */
  private Metadata keys(String config, int rows) throws IOException {
    ObjectNode header = new ObjectMapper().createObjectNode();
    ObjectNode tensor = header.putObject("x").put("dtype", "F32");
    tensor.putArray("shape").add(1);
    tensor.putArray("data_offsets").add(0).add(4);
    byte[] text = header.toString().getBytes(StandardCharsets.US_ASCII);
    ByteBuffer file = ByteBuffer.allocate(8 + text.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(folder.resolve("model.safetensors"), file.putLong(text.length).put(text).array());
    Map<String, Object> keys = new LinkedHashMap<>();
    try (HfFolder hf = new HfFolder(folder)) {
      new HfTokenizer(hf, new ObjectMapper().readTree(config), rows).write(keys::put);
    }
    return Metadata.of(keys);
  }
}
