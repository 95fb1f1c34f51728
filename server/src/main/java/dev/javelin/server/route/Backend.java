package dev.javelin.server.route;

import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.Recorder;
import dev.javelin.server.api.GenerationReader;
import dev.javelin.server.http.ApiError;
import dev.javelin.server.http.Call;
import dev.javelin.server.http.Fields;
import dev.javelin.server.run.Generator;
import dev.javelin.server.run.ModelHost;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;

/**
 * What handlers work with.
 *
 * @param givenName the name clients use for the model; empty: made from the model's own
 */
public record Backend(
    ModelHost host, Generator generator, GenerationReader.Limits limits, String givenName) {
  /** The model that a request names, or the only one there is. */
  LanguageModel model(Fields fields) {
    LanguageModel model = host.model();
    Optional<String> wanted = fields.text("model");
    if (wanted.isPresent() && !wanted.get().isEmpty() && !isName(wanted.get())) {
      throw unknownModel(wanted.get());
    }
    return model;
  }

  /** The date for prompts that show it: that of the recording, if there is one. */
  LocalDate today() {
    return host.recorder().map(Recorder::date).orElseGet(LocalDate::now);
  }

  GenerationReader generation(Call call, Fields fields, LanguageModel model) {
    return new GenerationReader(fields, model, call.caller(), limits);
  }

  /** The model's name for clients. */
  String modelName() {
    return givenName.isEmpty() ? slug(host.model().info().name()) : givenName;
  }

  boolean isName(String name) {
    return name.equals(modelName()) || name.equals(host.model().info().name());
  }

  ApiError unknownModel(String name) {
    String shown = name.length() > 80 ? name.substring(0, 80) + "..." : name;
    return ApiError.notFound(
        "model_not_found",
        "model",
        "the model " + shown + " does not exist here; this server has " + modelName());
  }

  /** A short word for the weights, so that clients see when answers may change. */
  String fingerprint() {
    return "fp_" + host.model().info().fingerprint().substring(0, 12);
  }

  private static String slug(String name) {
    String slug =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._]+", "-").replaceAll("^-|-$", "");
    return slug.isEmpty() ? "model" : slug;
  }
}
