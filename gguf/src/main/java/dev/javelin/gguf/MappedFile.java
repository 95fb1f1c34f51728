package dev.javelin.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;

/**
 * A file mapped for reading. All who have the same file open at the same time share one mapping; it
 * goes with the last of them. A file that was replaced or changed in between is another one.
 */
public final class MappedFile implements AutoCloseable {
  /** The one place where opens of this process meet: what is mapped now. */
  private static final Map<Identity, Shared> MAPPED = new HashMap<>();

  /** The same file as long as all of this is the same. */
  private record Identity(Object file, long bytes, FileTime modified) {
    static Identity of(Path path) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      Object file = attributes.fileKey(); // device and inode; Windows has none
      return new Identity(
          file == null ? path.toRealPath() : file,
          attributes.size(),
          attributes.lastModifiedTime());
    }
  }

  private static final class Shared {
    private final Arena arena = Arena.ofShared();
    private MemorySegment segment;
    private int users;
  }

  private final Identity identity;
  private final Shared shared;
  private boolean closed;

  private MappedFile(Identity identity, Shared shared) {
    this.identity = identity;
    this.shared = shared;
  }

  /** Maps a file, or joins those who have it mapped. */
  public static MappedFile open(Path path) throws IOException {
    synchronized (MAPPED) {
      Identity identity = Identity.of(path);
      Shared shared = MAPPED.get(identity);
      if (shared == null) {
        shared = map(path);
        MAPPED.put(identity, shared);
      }
      shared.users++;
      return new MappedFile(identity, shared);
    }
  }

  private static Shared map(Path path) throws IOException {
    Shared shared = new Shared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      shared.segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), shared.arena);
      return shared;
    } catch (IOException | RuntimeException | Error e) {
      shared.arena.close();
      throw e;
    }
  }

  /** The whole file. */
  public MemorySegment segment() {
    return shared.segment;
  }

  /** Leaves the mapping; the last one unmaps it. Views must not be in use any more. */
  @Override
  public void close() {
    synchronized (MAPPED) {
      if (closed) {
        return;
      }
      closed = true;
      shared.users--;
      if (shared.users == 0) {
        MAPPED.remove(identity);
        shared.arena.close();
      }
    }
  }
}
