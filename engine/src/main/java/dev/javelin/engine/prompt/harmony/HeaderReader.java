package dev.javelin.engine.prompt.harmony;

import dev.javelin.engine.Role;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Reads one header. Collects bytes and marks as they come, for a model may cut words into tokens in
 * any way, and makes sense of them when the header is over. Words that mean nothing are reported
 * and dropped, unless the header never ended ({@code <|message|>} is missing): then the text from
 * the first such word on is content.
 */
final class HeaderReader {
  private static final List<String> CHANNELS =
      List.of(HarmonyMessage.ANALYSIS, HarmonyMessage.COMMENTARY, HarmonyMessage.FINAL);

  /** Bytes behind a mark; the first part, the role's, has none. */
  private record Part(HarmonyMark mark, ByteArrayOutputStream bytes) {}

  private final List<Part> parts = new ArrayList<>();
  private final Consumer<String> deviations;
  private Role role; // known from the beginning when the prompt already has it
  private String name;
  private String recipient;
  private String channel;
  private String contentType;
  private StringBuilder rest; // not null once text is taken for content

  /**
   * @param openRole the role that the prompt has already written, or null
   */
  HeaderReader(Role openRole, Consumer<String> deviations) {
    this.role = openRole;
    this.deviations = deviations;
    parts.add(new Part(null, new ByteArrayOutputStream()));
  }

  void append(byte[] bytes) {
    parts.getLast().bytes().writeBytes(bytes);
  }

  void append(HarmonyMark mark) {
    parts.add(new Part(mark, new ByteArrayOutputStream()));
  }

  boolean isEmpty() {
    return parts.size() == 1 && parts.getFirst().bytes().size() == 0;
  }

  /** The header, which {@code <|message|>} has just ended. */
  HarmonyHeader complete() {
    parts.forEach(part -> read(part, true));
    return header();
  }

  /** The header of a message without {@code <|message|>}; then {@link #content} is its text. */
  HarmonyHeader cutOff() {
    for (Part part : parts) {
      if (rest != null) {
        deviations.accept(part.mark().text() + " inside content");
        rest.append(textOf(part));
      } else {
        read(part, false);
      }
    }
    return header();
  }

  /** Text that turned out to be content. */
  String content() {
    return rest == null ? "" : rest.toString();
  }

  private HarmonyHeader header() {
    if (role == null) {
      deviations.accept("a header without a role");
      role = Role.ASSISTANT;
    }
    return new HarmonyHeader(role, name, recipient, channel, contentType);
  }

  private static String textOf(Part part) {
    return part.bytes().toString(StandardCharsets.UTF_8);
  }

  private void read(Part part, boolean complete) {
    String text = textOf(part);
    boolean first = true;
    int from = wordStart(text, 0);
    while (from < text.length()) {
      int to = wordEnd(text, from);
      String word = text.substring(from, to);
      int understood = understand(part.mark(), word, first, complete);
      if (understood < word.length()) {
        if (!complete) {
          rest = new StringBuilder(text.substring(from + understood));
          return;
        }
        deviations.accept("a word in a header that means nothing: " + word.substring(understood));
      }
      first = false;
      from = wordStart(text, to);
    }
    if (first && part.mark() != null) {
      deviations.accept("nothing behind " + part.mark().text());
    }
  }

  /** How many characters at the beginning of the word have a meaning here. */
  private int understand(HarmonyMark mark, String word, boolean first, boolean complete) {
    boolean understood;
    if (word.startsWith("to=") && word.length() > 3 && !(mark == null && role == null)) {
      understood = takeRecipient(word.substring(3));
    } else if (mark == HarmonyMark.CONSTRAIN) {
      return first ? takeConstrained(word, complete) : 0;
    } else if (mark == null) {
      understood = first && takeRole(word, complete);
    } else {
      understood = first ? takeChannel(word) : takeContentType(word, complete);
    }
    return understood ? word.length() : 0;
  }

  private boolean takeRecipient(String word) {
    if (recipient != null) {
      return false;
    }
    recipient = word;
    return true;
  }

  private boolean takeRole(String word, boolean complete) {
    if (role != null) {
      return false;
    }
    int colon = word.indexOf(':');
    String roleWord = colon < 0 ? word : word.substring(0, colon);
    for (Role known : Role.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(roleWord)) {
        role = known;
        name = colon < 0 ? null : word.substring(colon + 1);
        return true;
      }
    }
    if (word.indexOf('.') > 0 || hasRecipientWord()) {
      role = Role.TOOL;
      name = word;
      return true;
    }
    role = Role.ASSISTANT;
    deviations.accept("no such role: " + word);
    return CHANNELS.contains(word) ? takeChannel(word) : complete;
  }

  /** A tool's message says whom it is for: {@code browser to=assistant}. */
  private boolean hasRecipientWord() {
    return textOf(parts.getFirst()).contains(" to=");
  }

  private boolean takeChannel(String word) {
    for (String known : CHANNELS) {
      if (word.startsWith(known) && !isWordCharacter(word, known.length())) {
        return takeKnownChannel(known, word.substring(known.length()));
      }
      if (word.startsWith(known + "to=")) {
        deviations.accept("no space before the recipient: " + word);
        return takeKnownChannel(known, "") & takeRecipient(word.substring(known.length() + 3));
      }
    }
    return false;
  }

  private boolean takeKnownChannel(String known, String glued) {
    if (channel != null) {
      deviations.accept("a second channel: " + known);
      return true;
    }
    if (!glued.isEmpty()) {
      deviations.accept("a channel name with something glued to it: " + known + glued);
    }
    channel = known;
    return true;
  }

  private boolean takeContentType(String word, boolean complete) {
    boolean likely = complete || recipient != null && (word.equals("json") || word.equals("code"));
    if (contentType != null || channel == null || !likely) {
      return false;
    }
    contentType = word;
    return true;
  }

  /**
   * Where no {@code <|message|>} follows, the type ends with its letters: {@code json{"city":...}}.
   */
  private int takeConstrained(String word, boolean complete) {
    int length = 0;
    while (isWordCharacter(word, length)) {
      length++;
    }
    if (contentType != null || length == 0 && !complete) {
      return 0;
    }
    length = complete ? word.length() : length;
    contentType = HarmonyMark.CONSTRAIN.text() + word.substring(0, length);
    return length;
  }

  private static boolean isWordCharacter(String text, int index) {
    return index < text.length() && Character.isLetterOrDigit(text.charAt(index));
  }

  private static int wordStart(String text, int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static int wordEnd(String text, int from) {
    int at = from;
    while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }
}
