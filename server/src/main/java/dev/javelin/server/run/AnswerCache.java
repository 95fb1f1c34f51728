package dev.javelin.server.run;

import dev.javelin.engine.GenerationEvent;
import dev.javelin.engine.GenerationRequest;
import dev.javelin.engine.LanguageModel;
import dev.javelin.engine.RequestKey;
import dev.javelin.engine.sampling.SamplingParameters;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Answers that would come out the same again: those of temperature 0 or with a seed. Keeps the
 * events, so that a stream is repeated piece by piece. Bounded by bytes and age; what was not used
 * for longest goes first.
 */
public final class AnswerCache {
  /** A rough size of an event beside its text: object, references, list entry. */
  private static final int EVENT_BYTES = 64;

  /** An answer. */
  private record Entry(List<GenerationEvent> events, long bytes, int tokens, long bornNanos) {}

  /**
   * How it went so far.
   *
   * @param tokensSaved tokens that were not generated again
   */
  public record Counters(long hits, long misses, long tokensSaved, int entries, long bytes) {}

  private final long maxBytes;
  private final long maxAgeNanos;
  private final LongSupplier nanoClock;
  private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private long hits;
  private long misses;
  private long tokensSaved;

  /**
   * @param maxBytes 0: keeps nothing
   */
  public AnswerCache(long maxBytes, long maxAgeNanos, LongSupplier nanoClock) {
    this.maxBytes = maxBytes;
    this.maxAgeNanos = maxAgeNanos;
    this.nanoClock = nanoClock;
  }

  /**
   * The name of a request's answer; empty if the answer would differ from time to time, or nothing
   * is kept.
   */
  Optional<String> key(LanguageModel model, GenerationRequest request) {
    SamplingParameters sampling = request.sampling().orElse(model.defaultSampling());
    if (maxBytes == 0 || sampling.temperature() > 0 && sampling.seed().isEmpty()) {
      return Optional.empty();
    }
    MessageDigest digest = sha256();
    add(digest, model.info().fingerprint());
    add(digest, request.cacheSalt());
    add(digest, RequestKey.of(request).toString());
    return Optional.of(HexFormat.of().formatHex(digest.digest()));
  }

  /** As characters: half a surrogate pair, which JSON can hold, has no UTF-8 of its own. */
  private static void add(MessageDigest digest, String text) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + text.length() * Character.BYTES);
    bytes.putInt(text.length()).asCharBuffer().put(text);
    digest.update(bytes.rewind());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  synchronized Optional<List<GenerationEvent>> find(String key) {
    Entry entry = entries.get(key);
    if (entry != null && nanoClock.getAsLong() - entry.bornNanos > maxAgeNanos) {
      remove(key);
      entry = null;
    }
    if (entry == null) {
      misses++;
      return Optional.empty();
    }
    hits++;
    tokensSaved += entry.tokens;
    return Optional.of(entry.events);
  }

  synchronized void put(String key, List<GenerationEvent> events, int tokens) {
    long size = key.length();
    for (GenerationEvent event : events) {
      size += EVENT_BYTES + 2L * event.toString().length();
    }
    if (size > maxBytes) {
      return;
    }
    remove(key);
    entries.put(key, new Entry(List.copyOf(events), size, tokens, nanoClock.getAsLong()));
    bytes += size;
    Iterator<Entry> oldest = entries.values().iterator();
    while (bytes > maxBytes) {
      bytes -= oldest.next().bytes;
      oldest.remove();
    }
  }

  private void remove(String key) {
    Entry old = entries.remove(key);
    if (old != null) {
      bytes -= old.bytes;
    }
  }

  /** How it went so far. */
  public synchronized Counters counters() {
    return new Counters(hits, misses, tokensSaved, entries.size(), bytes);
  }
}
