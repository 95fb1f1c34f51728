package dev.javelin.engine;

import dev.javelin.engine.checkpoint.ChunkedCipher;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * The file that a conversation's blocks are kept in.
 *
 * <pre>
 *   magic    8 bytes  JAVELINK
 *   version  u16      2; 1 is read too: its generations in progress have no rules
 *   flags    u16      bit 0: what follows the head is encrypted (AES-256-GCM in chunks, see ChunkedCipher)
 *   note     u32 n, n bytes of UTF-8: a text of the caller's, or the generation in progress as JSON
 *   model    string   fingerprint of the model file
 *   layout   string   cache type, heads, block size and layer groups
 *   ids      u32 n, n x u32
 *   states   u16 n, n x (u32 tokens that have keys and values, u64 b, b bytes of blocks)
 *   digest   32 bytes SHA-256 of everything before it
 * </pre>
 *
 * Numbers are big endian; strings are a u16 length and UTF-8.
 */
final class CheckpointFile {
  private static final byte[] MAGIC = "JAVELINK".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 2;
  private static final int OLDEST_VERSION = 1;
  private static final int ENCRYPTED = 1;
  private static final int DIGEST_BYTES = 32;
  private static final int PIECE_BYTES = 1 << 20;
  private static final int MAX_STATES = 2;

  /** The blocks of the first {@code length} tokens. */
  record State(int length, MemorySegment blocks) {}

  /** What a file holds; the blocks live as long as the arena they were read into. */
  record Contents(String note, int[] ids, List<State> states) {}

  private CheckpointFile() {}

  static void write(
      Path file,
      Optional<SecretKey> key,
      ModelInfo info,
      int[] ids,
      String note,
      List<State> states)
      throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path temporary = Files.createTempFile(folder, "." + file.getFileName(), ".tmp");
    try {
      try (OutputStream out =
          new BufferedOutputStream(Files.newOutputStream(temporary), PIECE_BYTES)) {
        DataOutputStream head = new DataOutputStream(out);
        head.write(MAGIC);
        head.writeShort(VERSION);
        head.writeShort(key.isPresent() ? ENCRYPTED : 0);
        head.flush();
        try (OutputStream body = key.isPresent() ? ChunkedCipher.encrypting(out, key.get()) : out) {
          writeBody(body, info, ids, note, states);
        }
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void writeBody(
      OutputStream body, ModelInfo info, int[] ids, String note, List<State> states)
      throws IOException {
    MessageDigest digest = sha256();
    DataOutputStream out = new DataOutputStream(new DigestOutputStream(body, digest));
    byte[] noteBytes = note.getBytes(StandardCharsets.UTF_8);
    out.writeInt(noteBytes.length);
    out.write(noteBytes);
    out.writeUTF(info.fingerprint());
    out.writeUTF(info.kvLayout());
    out.writeInt(ids.length);
    for (int id : ids) {
      out.writeInt(id);
    }
    out.writeShort(states.size());
    for (State state : states) {
      out.writeInt(state.length());
      out.writeLong(state.blocks().byteSize());
      copy(state.blocks(), out);
    }
    out.flush();
    body.write(digest.digest());
  }

  private static void copy(MemorySegment blocks, OutputStream out) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    for (long from = 0; from < blocks.byteSize(); from += PIECE_BYTES) {
      int count = (int) Math.min(PIECE_BYTES, blocks.byteSize() - from);
      MemorySegment.copy(blocks, ValueLayout.JAVA_BYTE, from, piece, 0, count);
      out.write(piece, 0, count);
    }
  }

  /**
   * Reads and checks a file.
   *
   * @throws CheckpointInvalid if it is not a whole file of this model and layout
   */
  static Contents read(Path file, Optional<SecretKey> key, ModelInfo info, Arena arena)
      throws IOException {
    return read(file, key, body -> readBody(file, body, info, arena));
  }

  /** The note alone, whatever model the file belongs to; the file's checksum is not looked at. */
  static String readNote(Path file, Optional<SecretKey> key) throws IOException {
    return read(file, key, body -> readNote(file, new DataInputStream(body)));
  }

  private static String readNote(Path file, DataInputStream in) throws IOException {
    int bytes = in.readInt();
    if (bytes < 0 || bytes > Files.size(file)) {
      throw new CheckpointInvalid(file + ": is damaged: a note of " + bytes + " bytes");
    }
    byte[] note = new byte[bytes];
    in.readFully(note);
    return new String(note, StandardCharsets.UTF_8);
  }

  /** What is read once the head has been checked. */
  private interface BodyReader<T> {
    T read(InputStream body) throws IOException;
  }

  private static <T> T read(Path file, Optional<SecretKey> key, BodyReader<T> reader)
      throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), PIECE_BYTES)) {
      DataInputStream head = new DataInputStream(in);
      byte[] magic = head.readNBytes(MAGIC.length);
      if (!Arrays.equals(magic, MAGIC)) {
        throw new CheckpointInvalid(file + ": is no saved conversation");
      }
      int version = head.readUnsignedShort();
      if (version < OLDEST_VERSION || version > VERSION) {
        throw new CheckpointInvalid(
            file
                + ": has version "
                + version
                + ", this program reads "
                + OLDEST_VERSION
                + " to "
                + VERSION);
      }
      int flags = head.readUnsignedShort();
      if ((flags & ~ENCRYPTED) != 0) {
        throw new CheckpointInvalid(file + ": is damaged: unknown flags " + flags);
      }
      boolean encrypted = flags == ENCRYPTED;
      if (encrypted != key.isPresent()) {
        throw new CheckpointInvalid(
            file
                + (encrypted ? ": is encrypted; give its key" : ": is not encrypted; give no key"));
      }
      InputStream body = encrypted ? ChunkedCipher.decrypting(in, key.get()) : in;
      return reader.read(body);
    } catch (EOFException e) {
      throw new CheckpointInvalid(file + ": is cut off", e);
    } catch (UTFDataFormatException e) {
      throw new CheckpointInvalid(file + ": is damaged: " + e.getMessage(), e);
    } catch (ChunkedCipher.WrongKeyException e) {
      throw new CheckpointInvalid(file + ": was changed, or has another key", e);
    }
  }

  private static Contents readBody(Path file, InputStream body, ModelInfo info, Arena arena)
      throws IOException {
    MessageDigest digest = sha256();
    DataInputStream in = new DataInputStream(new DigestInputStream(body, digest));
    String note = readNote(file, in);
    String model = in.readUTF();
    if (!model.equals(info.fingerprint())) {
      throw new CheckpointInvalid(
          file
              + ": belongs to another model file (fingerprint "
              + shorten(model)
              + ", this one has "
              + shorten(info.fingerprint())
              + ")");
    }
    String layout = in.readUTF();
    if (!layout.equals(info.kvLayout())) {
      throw new CheckpointInvalid(
          file
              + ": has the cache layout "
              + layout
              + ", this model was opened with "
              + info.kvLayout());
    }
    int count = in.readInt();
    if (count < 1 || count > info.contextLength()) {
      throw new CheckpointInvalid(
          file
              + ": holds "
              + count
              + " tokens, this model was opened for 1 to "
              + info.contextLength());
    }
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = in.readInt();
      if (ids[i] < 0 || ids[i] >= info.vocabularySize()) {
        throw new CheckpointInvalid(
            file
                + ": is damaged: token ids must be 0 to "
                + (info.vocabularySize() - 1)
                + ": "
                + ids[i]);
      }
    }
    List<State> states = new ArrayList<>();
    int stateCount = in.readUnsignedShort();
    if (stateCount < 1 || stateCount > MAX_STATES) {
      throw new CheckpointInvalid(file + ": is damaged: " + stateCount + " states");
    }
    for (int i = 0; i < stateCount; i++) {
      states.add(readState(file, in, count, arena));
    }
    byte[] wanted = digest.digest();
    byte[] found = new byte[DIGEST_BYTES];
    new DataInputStream(body).readFully(found);
    if (!MessageDigest.isEqual(wanted, found)) {
      throw new CheckpointInvalid(file + ": is damaged: its checksum does not match");
    }
    return new Contents(note, ids, states);
  }

  private static State readState(Path file, DataInputStream in, int tokens, Arena arena)
      throws IOException {
    int length = in.readInt();
    long bytes = in.readLong();
    if (length < 1 || length > tokens || bytes < 1 || bytes > Files.size(file)) {
      throw new CheckpointInvalid(
          file + ": is damaged: " + length + " of " + tokens + " tokens in " + bytes + " bytes");
    }
    MemorySegment blocks = arena.allocate(bytes, Long.BYTES);
    byte[] piece = new byte[PIECE_BYTES];
    for (long from = 0; from < bytes; from += PIECE_BYTES) {
      int part = (int) Math.min(PIECE_BYTES, bytes - from);
      in.readFully(piece, 0, part);
      MemorySegment.copy(piece, 0, blocks, ValueLayout.JAVA_BYTE, from, part);
    }
    return new State(length, blocks);
  }

  private static String shorten(String fingerprint) {
    return fingerprint.substring(0, Math.min(12, fingerprint.length()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
