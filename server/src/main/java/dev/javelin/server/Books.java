package dev.javelin.server;

import dev.javelin.server.guard.AuditLog;
import dev.javelin.server.guard.ServerLog;
import dev.javelin.server.http.Call;
import dev.javelin.server.run.Metrics;
import java.util.Optional;

/** Where it is written down that a request was answered. */
record Books(ServerLog log, Optional<AuditLog> audit, Metrics metrics) {
  /** A call is over. Those that only ask whether the server lives are counted, but not listed. */
  void write(Call call, long nanos) {
    metrics.answered(
        call.route().method(),
        call.route().isKnown() ? call.route().path() : "unknown",
        call.facts().status());
    if (call.route().quick() && call.facts().status() < 400) {
      return;
    }
    audit.ifPresent(file -> file.write(call, nanos));
    log.info("request", AuditLog.facts(call, nanos));
  }
}
