/** The engine over HTTP. Knows no tensor. */
module dev.javelin.server {
  requires transitive dev.javelin.engine;
  requires com.fasterxml.jackson.databind;
  requires undertow.core;
  requires jdk.unsupported;

}
