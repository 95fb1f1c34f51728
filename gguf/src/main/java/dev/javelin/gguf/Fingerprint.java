package dev.javelin.gguf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Tells files apart without reading gigabytes: SHA-256 over the size, everything before the tensor
 * data, and a few pieces of the data at even distances.
 */
final class Fingerprint {
  private static final int CHUNK_BYTES = 1 << 24;
  private static final int PIECE_BYTES = 4096;
  private static final int PIECES = 16;

  private Fingerprint() {}

  /** Of the only file, or of the fingerprints of all. */
  static String of(List<Part> parts) {
    if (parts.size() == 1) {
      return of(parts.getFirst());
    }
    MessageDigest digest = sha256();
    parts.forEach(part -> digest.update(of(part).getBytes(StandardCharsets.US_ASCII)));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String of(Part part) {
    MemorySegment file = part.mapping().segment();
    var tensors = part.index().tensors();
    return of(
        file, tensors.isEmpty() ? file.byteSize() : tensors.firstEntry().getValue().offsetBytes());
  }

  /** Of a model put together: its keys, and the files that its tensors lie in. */
  static String of(byte[] keys, List<MappedFile> sources) {
    MessageDigest digest = sha256();
    digest.update(keys);
    for (MappedFile source : sources) {
      digest.update(of(source.segment(), 0).getBytes(StandardCharsets.US_ASCII));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String of(MemorySegment file, long dataOffset) {
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
