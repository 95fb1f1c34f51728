/** The commands. */
module dev.javelin.cli {
  requires dev.javelin.engine;
  requires dev.javelin.gguf;
  requires dev.javelin.server;
  requires com.fasterxml.jackson.databind;
  requires info.picocli;
  requires java.management;
  requires jdk.unsupported;

  exports dev.javelin.cli;

  opens dev.javelin.cli to
      info.picocli;
}
