package dev.javelin.gguf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells files apart without reading gigabytes: SHA-256 over the size, everything before the tensor
 * data, and a few pieces of the data at even distances.
 */
final class Fingerprint {
  private static final int CHUNK_BYTES = 1 << 24;
  private static final int PIECE_BYTES = 4096;
  private static final int PIECES = 16;

  private Fingerprint() {}

  static String of(MemorySegment file, long dataOffset) {
    MessageDigest digest = sha256();
    long size = file.byteSize();
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, size));
    for (long at = 0; at < dataOffset; at += CHUNK_BYTES) {
      digest.update(file.asSlice(at, Math.min(CHUNK_BYTES, dataOffset - at)).asByteBuffer());
    }
    // PIECES equal parts of the data; the piece is the end of each, so the file's last bytes count.
    long part = (size - dataOffset) / PIECES;
    for (int i = 0; i < PIECES; i++) {
      long end = size - i * part;
      long start = Math.max(dataOffset, end - PIECE_BYTES);
      digest.update(file.asSlice(start, end - start).asByteBuffer());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
