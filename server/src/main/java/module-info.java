/** The engine over HTTP. Knows no tensor arithmetic. */
module dev.javelin.server {
  requires transitive dev.javelin.engine;
  requires com.fasterxml.jackson.annotation;
  requires com.fasterxml.jackson.core;
  requires transitive com.fasterxml.jackson.databind;
  requires transitive undertow.core;
  requires xnio.api;
  requires java.logging;
  requires jdk.unsupported;

  exports dev.javelin.server;
  exports dev.javelin.server.config;
  exports dev.javelin.server.http;

  opens dev.javelin.server.api to
      com.fasterxml.jackson.databind;
}
