package dev.javelin.server.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * All that can be set. A setting is a flag {@code --max-queue}, a variable {@code
 * JAVELIN_MAX_QUEUE} and a line {@code max-queue=...} of a configuration file. To add one: a
 * constant here, and whoever asks for it.
 */
public enum Setting {
  MODEL(
      Kind.LIST,
      "",
      "GGUF file or Hugging Face folder to serve, the first of several that can be; nothing: the model inside the program"),
  MODEL_NAME(
      Kind.TEXT, "", "name that clients use for the model; nothing: made from the model's own"),
  HOST(Kind.TEXT, "127.0.0.1", "address to listen on"),
  PORT(Kind.NUMBER, "8080", "port to listen on; 0: any free one"),
  ALLOW_PUBLIC(
      Kind.FLAG, "false", "listen on an address that others can reach although no keys are set"),
  API_KEY(Kind.LIST, "", "keys that may use the server"),
  ADMIN_KEY(Kind.LIST, "", "keys that may also use the admin routes"),
  API_KEY_FILE(
      Kind.TEXT, "", "file of keys, one 'name role key' a line; read again when it changes"),
  TLS_CERT(Kind.TEXT, "", "PEM file with the certificate chain"),
  TLS_KEY(Kind.TEXT, "", "PEM file with the private key (PKCS#8)"),
  TLS_STORE(Kind.TEXT, "", "PKCS#12 file with certificate and private key"),
  TLS_PASSWORD(Kind.SECRET, "", "password of the PKCS#12 file"),
  CORS_ORIGIN(Kind.LIST, "", "origins whose pages may use the server, such as https://example.org"),
  REQUESTS_PER_MINUTE(Kind.NUMBER, "0", "requests that one key may make a minute; 0: any number"),
  TOKENS_PER_MINUTE(
      Kind.NUMBER, "0", "tokens, read and written, that one key may use a minute; 0: any number"),
  MAX_QUEUE(Kind.NUMBER, "64", "generations that may wait for their turn"),
  MAX_REQUESTS(Kind.NUMBER, "1024", "requests that may be open at the same time"),
  MAX_CHOICES(Kind.NUMBER, "16", "most answers to one prompt (n)"),
  MAX_BODY(Kind.SIZE, "16m", "largest body of a request"),
  MAX_NESTING(Kind.NUMBER, "64", "deepest nesting of a request's JSON"),
  MAX_PROMPT_TOKENS(Kind.NUMBER, "0", "longest prompt; 0: what the context holds"),
  MAX_SCHEMA(Kind.SIZE, "256k", "largest JSON schema or grammar"),
  HEADER_TIMEOUT(Kind.TIME, "10s", "longest time for a request's header and body to arrive"),
  IDLE_TIMEOUT(Kind.TIME, "75s", "how long a connection is kept without a request"),
  REQUEST_TIMEOUT(Kind.TIME, "30m", "longest time for one generation"),
  WRITE_TIMEOUT(Kind.TIME, "30s", "how long a client may refuse to read its answer"),
  PING_INTERVAL(Kind.TIME, "2s", "silence after which an event stream sends a comment"),
  DRAIN_TIMEOUT(Kind.TIME, "30s", "how long answers may go on when the server is told to stop"),
  STRICT(Kind.FLAG, "false", "refuse requests with fields that are not known"),
  CACHE(Kind.FLAG, "true", "answer repeated deterministic requests from memory"),
  CACHE_SIZE(Kind.SIZE, "64m", "memory for cached answers"),
  CACHE_TIME(Kind.TIME, "1h", "how long a cached answer is used"),
  CACHE_SHARED(Kind.FLAG, "false", "let different keys share cached answers and prompts"),
  THREADS(Kind.NUMBER, "0", "threads that share the arithmetic; 0: one for each core"),
  CONTEXT(Kind.NUMBER, "0", "tokens that one generation may hold; 0: chosen to fit"),
  SEQUENCES(Kind.NUMBER, "0", "generations computed at once; 0: chosen to fit"),
  KV_SIZE(Kind.SIZE, "0", "memory for keys and values; 0: chosen to fit"),
  KV_TYPE(Kind.TEXT, "auto", "precision of keys and values: f32, f16, q8_0, or auto"),
  PRECISION(Kind.TEXT, "exact", "precision of activations: exact or fast"),
  CHAT_TEMPLATE(
      Kind.TEXT, "", "file with a chat template (Jinja) to use in place of the model's own format"),
  RECORD(Kind.TEXT, "", "file that all answers are recorded in, when the server stops"),
  REPLAY(
      Kind.TEXT, "", "file of recorded answers to give in place of the model's; no other is given"),
  WARM_UP(Kind.FLAG, "true", "compute something before the first request is taken"),
  LOG(Kind.TEXT, "text", "form of the log on stderr: text, json or off"),
  AUDIT_LOG(
      Kind.TEXT,
      "",
      "file that gets a JSON line for each request: who, what, how many tokens, never the text"),
  METRICS(Kind.FLAG, "true", "offer /metrics"),
  PAGE(Kind.FLAG, "true", "offer the chat page at /");

  /** What a value looks like. */
  public enum Kind {
    TEXT,
    SECRET,
    LIST,
    NUMBER,
    FLAG,
    SIZE,
    TIME
  }

  private final Kind kind;
  private final String standard;
  private final String description;

  Setting(Kind kind, String standard, String description) {
    this.kind = kind;
    this.standard = standard;
    this.description = description;
  }

  public Kind kind() {
    return kind;
  }

  /** The value if nobody says anything. */
  public String standard() {
    return standard;
  }

  public String description() {
    return description;
  }

  /** The name in files and, with two dashes, of the flag. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public String flag() {
    return "--" + key();
  }

  /** One letter for those that are typed often; nothing for the others. */
  public Optional<String> letter() {
    return switch (this) {
      case MODEL -> Optional.of("-m");
      case CONTEXT -> Optional.of("-c");
      case THREADS -> Optional.of("-t");
      case PORT -> Optional.of("-p");
      default -> Optional.empty();
    };
  }

  public String variable() {
    return "JAVELIN_" + name();
  }

  /** Whether the value must not be shown. */
  public boolean isSecret() {
    return this == API_KEY || this == ADMIN_KEY || kind == Kind.SECRET;
  }

  /** All settings, in the order to show them. */
  public static List<Setting> all() {
    return List.of(values());
  }
}
