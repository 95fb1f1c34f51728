package dev.javelin.engine.convert;

import dev.javelin.engine.ModelInvalid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a SentencePiece model file (tokenizer.model) says: a protocol buffer, of which these fields
 * are read.
 *
 * <pre>
 *   1 piece, repeated { 1 text | 2 score: float | 3 type: 1 normal (also if missing), 2 unknown,
 *                       3 control, 4 user-defined, 5 unused, 6 byte }     as GGUF numbers them
 *   2 trainer { 3 algorithm: 1 unigram (also if missing), 2 BPE | 40 41 42 ids of unknown, BOS, EOS }
 *   3 normalizer { 3 whether a space is put in front (true if missing) }
 * </pre>
 *
 * @see <a
 *     href="https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto">the
 *     file's definition</a>
 */
record SentencePieceModel(
    List<Piece> pieces, int unknown, int bos, int eos, boolean addsSpacePrefix) {
  private static final int BPE = 2;
  private static final int NORMAL = 1;

  /** One token. */
  record Piece(String text, float score, int type) {}

  /** Fields are met in any order: what is collected until the end. */
  private static final class Fields {
    private final List<Piece> pieces = new ArrayList<>();
    private int algorithm = 1;
    private int unknown;
    private int bos = 1;
    private int eos = 2;
    private boolean addsSpacePrefix = true;
  }

  static SentencePieceModel read(Path file) throws IOException {
    Fields all = new Fields();
    try {
      Proto model = new Proto(ByteBuffer.wrap(Files.readAllBytes(file)));
      while (model.next()) {
        switch (model.field()) {
          case 1 -> all.pieces.add(piece(model.message()));
          case 2 -> trainer(model.message(), all);
          case 3 -> normalizer(model.message(), all);
          default -> model.skip();
        }
      }
    } catch (IllegalArgumentException e) {
      throw new ModelInvalid(file + ": is no SentencePiece model: " + e.getMessage(), e);
    }
    if (all.pieces.isEmpty() || all.algorithm != BPE) {
      throw new ModelInvalid(
          file
              + ": must have pieces and be trained as BPE (2): pieces="
              + all.pieces.size()
              + ", model type="
              + all.algorithm);
    }
    return new SentencePieceModel(all.pieces, all.unknown, all.bos, all.eos, all.addsSpacePrefix);
  }

  private static Piece piece(Proto proto) {
    String text = "";
    float score = 0;
    int type = NORMAL;
    while (proto.next()) {
      switch (proto.field()) {
        case 1 -> text = proto.string();
        case 2 -> score = proto.float32();
        case 3 -> type = proto.varint();
        default -> proto.skip();
      }
    }
    return new Piece(text, score, type);
  }

  private static void trainer(Proto proto, Fields all) {
    while (proto.next()) {
      switch (proto.field()) {
        case 3 -> all.algorithm = proto.varint();
        case 40 -> all.unknown = proto.varint();
        case 41 -> all.bos = proto.varint();
        case 42 -> all.eos = proto.varint();
        default -> proto.skip();
      }
    }
  }

  private static void normalizer(Proto proto, Fields all) {
    while (proto.next()) {
      if (proto.field() == 3) {
        all.addsSpacePrefix = proto.varint() != 0;
      } else {
        proto.skip();
      }
    }
  }

  /** Walks the fields of a protocol buffer: a key (number and form), then the value. */
  private static final class Proto {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final ByteBuffer in;
    private int field;
    private int form;

    Proto(ByteBuffer in) {
      this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Steps to the next field; false at the end. */
    boolean next() {
      if (!in.hasRemaining()) {
        return false;
      }
      long key = bits();
      field = (int) (key >>> 3);
      form = (int) key & 7;
      require(field > 0, "a field has a number above 0");
      return true;
    }

    int field() {
      return field;
    }

    int varint() {
      require(form == VARINT, "field " + field + " must be a number");
      return (int) bits();
    }

    float float32() {
      require(form == FIXED32 && in.remaining() >= 4, "field " + field + " must be a float");
      return in.getFloat();
    }

    String string() {
      Proto bytes = message();
      return StandardCharsets.UTF_8.decode(bytes.in).toString();
    }

    Proto message() {
      require(form == LENGTH, "field " + field + " must have a length");
      long length = bits();
      require(length >= 0 && length <= in.remaining(), "field " + field + " must fit the file");
      ByteBuffer part = in.slice(in.position(), (int) length);
      in.position(in.position() + (int) length);
      return new Proto(part);
    }

    void skip() {
      switch (form) {
        case VARINT -> bits();
        case FIXED64 -> advance(8);
        case LENGTH -> message();
        case FIXED32 -> advance(4);
        default -> throw new IllegalArgumentException("a field of form " + form);
      }
    }

    private void advance(int bytes) {
      require(in.remaining() >= bytes, "field " + field + " must fit the file");
      in.position(in.position() + bytes);
    }

    /** Seven bits a byte, the lowest first; the top bit says that more follow. */
    private long bits() {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        require(in.hasRemaining(), "a number must end within the file");
        byte next = in.get();
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw new IllegalArgumentException("a number has at most 10 bytes");
    }

    private static void require(boolean holds, String rule) {
      if (!holds) {
        throw new IllegalArgumentException(rule);
      }
    }
  }
}
