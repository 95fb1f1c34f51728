package dev.javelin.engine.checkpoint;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * A stream under AES-GCM in chunks, so that neither side has to hold all of it.
 *
 * <pre>
 *   8 bytes random   then chunks:  u32 n, n bytes cipher text with tag;  the last one is shorter than a full chunk
 *   nonce of chunk i = 8 random bytes, u32 i;   i and whether it is the last one are authenticated with it
 * </pre>
 */
public final class ChunkedCipher {
  private static final String ALGORITHM = "AES/GCM/NoPadding";
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int RANDOM_BYTES = 8;
  private static final int TAG_BITS = 128;

  /** The key does not fit, or a byte was changed: the two cannot be told apart. */
  public static final class WrongKeyException extends IOException {
    private static final long serialVersionUID = 1L;

    WrongKeyException(Throwable cause) {
      super("wrong key, or changed data", cause);
    }
  }

  private ChunkedCipher() {}

  /**
   * A stream whose bytes are written encrypted to {@code out}; closing it writes the last chunk and
   * leaves {@code out} open.
   */
  public static OutputStream encrypting(OutputStream out, SecretKey key) throws IOException {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    out.write(random);
    return new Encrypting(out, key, random);
  }

  /** The plain bytes of what {@link #encrypting} wrote. */
  public static InputStream decrypting(InputStream in, SecretKey key) throws IOException {
    byte[] random = in.readNBytes(RANDOM_BYTES);
    if (random.length < RANDOM_BYTES) {
      throw new EOFException("no nonce");
    }
    return new Decrypting(in, key, random);
  }

  private static byte[] crypt(
      int mode, SecretKey key, byte[] random, int index, boolean last, byte[] data, int length)
      throws IOException {
    try {
      byte[] nonce =
          ByteBuffer.allocate(RANDOM_BYTES + Integer.BYTES).put(random).putInt(index).array();
      Cipher cipher = Cipher.getInstance(ALGORITHM);
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(new byte[] {(byte) (last ? 1 : 0)});
      return cipher.doFinal(data, 0, length);
    } catch (AEADBadTagException e) {
      throw new WrongKeyException(e);
    } catch (GeneralSecurityException e) {
      throw new IOException("AES-GCM failed", e);
    }
  }

  private static final class Encrypting extends OutputStream {
    private final OutputStream out;
    private final SecretKey key;
    private final byte[] random;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private int filled;
    private int index;
    private boolean closed;

    Encrypting(OutputStream out, SecretKey key, byte[] random) {
      this.out = out;
      this.key = key;
      this.random = random;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int done = 0; done < length; ) {
        int count = Math.min(length - done, CHUNK_BYTES - filled);
        System.arraycopy(bytes, offset + done, chunk, filled, count);
        filled += count;
        done += count;
        if (filled == CHUNK_BYTES) {
          writeChunk(false);
        }
      }
    }

    private void writeChunk(boolean last) throws IOException {
      byte[] cipherText = crypt(Cipher.ENCRYPT_MODE, key, random, index++, last, chunk, filled);
      out.write(ByteBuffer.allocate(Integer.BYTES).putInt(cipherText.length).array());
      out.write(cipherText);
      filled = 0;
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        writeChunk(true);
        out.flush();
      }
    }
  }

  private static final class Decrypting extends InputStream {
    private final DataInputStream in;
    private final SecretKey key;
    private final byte[] random;
    private byte[] plain = new byte[0];
    private int at;
    private int index;
    private boolean lastRead;

    Decrypting(InputStream in, SecretKey key, byte[] random) {
      this.in = new DataInputStream(in);
      this.key = key;
      this.random = random;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      while (at == plain.length) {
        if (lastRead) {
          return -1;
        }
        readChunk();
      }
      int count = Math.min(length, plain.length - at);
      System.arraycopy(plain, at, target, offset, count);
      at += count;
      return count;
    }

    private void readChunk() throws IOException {
      int length = in.readInt();
      int tagBytes = TAG_BITS / Byte.SIZE;
      if (length < tagBytes || length > CHUNK_BYTES + tagBytes) {
        throw new WrongKeyException(null);
      }
      byte[] cipherText = in.readNBytes(length);
      if (cipherText.length < length) {
        throw new EOFException("chunk " + index + " is cut off");
      }
      lastRead = length < CHUNK_BYTES + tagBytes;
      plain = crypt(Cipher.DECRYPT_MODE, key, random, index++, lastRead, cipherText, length);
      at = 0;
    }
  }
}
