package dev.javelin.engine;

import dev.javelin.gguf.GgufException;
import dev.javelin.gguf.GgufFile;
import dev.javelin.gguf.SideFile;
import dev.javelin.tensor.InterleavedWeights;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Finds what {@code javelin optimize} has written beside a model. A side file is a help, never a
 * need: one that does not fit is left alone, and a line says why.
 */
final class SideFiles {
  private static final System.Logger LOG = System.getLogger("dev.javelin");

  private SideFiles() {}

  static void attach(GgufFile model) {
    Path path = SideFile.pathFor(model.path());
    if (!Files.exists(path)) {
      return;
    }
    if (!InterleavedWeights.isUsed()) {
      LOG.log(Level.INFO, "going on without " + path + ": it needs vectors of 512 bits");
      return;
    }
    try {
      SideFile side = SideFile.open(path, model);
      model.attach(side);
      LOG.log(
          Level.INFO,
          String.format(
              Locale.ROOT,
              "%s: %d tensors in the faster layout, %.2f GiB",
              path,
              side.tensorCount(),
              side.byteSize() / 0x1p30));
    } catch (IOException | GgufException e) {
      LOG.log(
          Level.WARNING,
          "going on without the side file: "
              + e.getMessage()
              + "; optimize --force writes it anew");
    }
  }
}
