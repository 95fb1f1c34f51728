package dev.javelin.engine.constrain.schema;

import dev.javelin.engine.constrain.automaton.Pattern;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The formats of JSON Schema as patterns. Where a standard is wider than validators agree on
 * (lower-case {@code t} in times, leap seconds, unknown zones, unusual host names), the narrower
 * reading is taken: what is accepted passes all of them. Formats that JSON Schema does not define
 * say nothing about validity.
 */
final class Formats {
  private static final String LEAP_YEAR =
      "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)";
  private static final String DATE =
      "(?:(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
          + "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|"
          + LEAP_YEAR
          + "-02-29)";
  private static final String ZONE = // without -00:00, which says that the zone is unknown
      "(?:Z|[+](?:0[0-9]|1[0-7]):[0-5][0-9]|-(?:(?:0[1-9]|1[0-7]):[0-5][0-9]|00:(?:0[1-9]|[1-5][0-9])))";
  private static final String TIME =
      "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?" + ZONE;
  private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?";
  private static final String HOST = LABEL + "(?:\\." + LABEL + "){0,5}";
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final String IPV4 = OCTET + "(?:\\." + OCTET + "){3}";
  private static final String ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]";
  private static final String PERCENT = "%[0-9A-Fa-f]{2}";

  /**
   * Country codes and the best known others; some validators know the whole list and refuse all
   * else.
   */
  private static final String TOP_LEVEL_DOMAINS =
      "com|org|net|edu|gov|mil|int|info|biz|name|pro|mobi|aero|coop|jobs|travel|museum|asia|app|dev|xyz|online|site|store"
          + "|tech|shop|blog|cloud|club|email|live|news|world|life|space|website|agency|company|digital|design|media"
          + "|a[cdefgilmoqrstuwxz]|b[abdefghijmnorstvwyz]|c[acdfghiklmnoruvwxyz]|d[ejkmoz]|e[cegrstu]|f[ijkmor]"
          + "|g[abdefghilmnpqrstuwy]|h[kmnrtu]|i[delmnoqrst]|j[emop]|k[eghimnprwyz]|l[abcikrstuvy]"
          + "|m[acdeghklmnopqrstuvwxyz]|n[acefgilopruz]|om|p[aefghklmnrstwy]|qa|r[eosuw]|s[abcdeghiklmnorstvxyz]"
          + "|t[cdfghjklmnortvwz]|u[agksyz]|v[aceginu]|w[fs]|y[et]|z[amw]";

  private static final String POINTER = "(?:/(?:[^~/#]|~[01])*)*"; // # only where validators agree
  private static final String DURATION_TIME =
      "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)";

  /** Formats that are taken exactly as defined, so that their opposite is known, too. */
  private static final Set<String> EXACT = Set.of("date", "ipv4", "ipv6", "uuid");

  private static final Map<String, String> PATTERNS = new HashMap<>();

  static {
    String h16 = "[0-9A-Fa-f]{1,4}";
    String ls32 = "(?:" + h16 + ":" + h16 + "|" + IPV4 + ")";
    StringBuilder ipv6 = new StringBuilder("(?:" + h16 + ":){6}" + ls32);
    ipv6.append("|::(?:").append(h16).append(":){5}").append(ls32);
    for (int before = 0; before <= 4; before++) {
      ipv6.append("|(?:")
          .append(h16)
          .append("(?::")
          .append(h16)
          .append("){0,")
          .append(before)
          .append("})?::(?:")
          .append(h16)
          .append(":){")
          .append(4 - before)
          .append("}")
          .append(ls32);
    }
    ipv6.append("|(?:").append(h16).append("(?::").append(h16).append("){0,5})?::").append(h16);
    ipv6.append("|(?:").append(h16).append("(?::").append(h16).append("){0,6})?::");
    PATTERNS.put("date", DATE);
    PATTERNS.put("time", TIME);
    PATTERNS.put("date-time", DATE + "T" + TIME);
    PATTERNS.put(
        "duration",
        "P(?:[0-9]+W|(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)(?:"
            + DURATION_TIME
            + ")?|"
            + DURATION_TIME
            + ")");
    PATTERNS.put(
        "email",
        ATEXT
            + "{1,30}(?:\\."
            + ATEXT
            + "{1,15}){0,2}@(?:"
            + LABEL
            + "\\.){1,4}(?:"
            + TOP_LEVEL_DOMAINS
            + ")");
    PATTERNS.put("idn-email", PATTERNS.get("email"));
    PATTERNS.put("hostname", HOST);
    PATTERNS.put("idn-hostname", HOST);
    PATTERNS.put("ipv4", IPV4);
    PATTERNS.put("ipv6", ipv6.toString());
    PATTERNS.put(
        "uuid", "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}");
    PATTERNS.put("json-pointer", POINTER);
    PATTERNS.put("relative-json-pointer", "(?:0|[1-9][0-9]{0,8})(?:#|" + POINTER + ")");
    PATTERNS.put(
        "uri-template",
        "(?:[A-Za-z0-9._~:/?#\\[\\]@!$&()*+,;=-]|"
            + PERCENT
            + "|\\{[+#./;?&]?[A-Za-z0-9_]+(?:\\*|:[1-9][0-9]{0,3})?(?:,[A-Za-z0-9_]+(?:\\*|:[1-9][0-9]{0,3})?)*\\})*");
    putUris("uri", "uri-reference", "");
    putUris(
        "iri",
        "iri-reference",
        "\u00A1-\u167F\u1681-\u1FFF\u2030-\u205E\u2070-\u2FFF\u3001-\uD7FF");
    PATTERNS.put("regex", regexOfRegexes());
  }

  private Formats() {}

  private static void putUris(String absolute, String reference, String moreCharacters) {
    String pchar = "(?:[A-Za-z0-9._~!$&'()*+,;=:@" + moreCharacters + "-]|" + PERCENT + ")";
    String noColon = "(?:[A-Za-z0-9._~!$&'()*+,;=@" + moreCharacters + "-]|" + PERCENT + ")";
    String tail = "(?:\\?(?:" + pchar + "|[/?])*)?(?:#(?:" + pchar + "|[/?])*)?";
    String authority =
        "(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|" + PERCENT + ")+@)?" + HOST + "(?::[0-9]{1,5})?";
    String segments = "(?:/" + pchar + "*)*";
    String rooted = "/(?:" + pchar + "+" + segments + ")?";
    PATTERNS.put(
        absolute,
        "[A-Za-z][A-Za-z0-9+.-]*:(?://"
            + authority
            + segments
            + "|//"
            + rooted
            + "|"
            + rooted
            + "|"
            + pchar
            + "+"
            + segments
            + ")"
            + tail);
    PATTERNS.put(
        reference,
        "(?:"
            + PATTERNS.get(absolute)
            + ")|(?://"
            + authority
            + segments
            + "|"
            + rooted
            + "|"
            + noColon
            + "+"
            + segments
            + ")?"
            + tail);
  }

  /**
   * Patterns of plain characters, simple classes and groups two deep: surely valid in every engine.
   */
  private static String regexOfRegexes() {
    String plain = "[A-Za-z0-9 _:;,@#%&=~\"'/<>!-]";
    String escape = "\\\\[dDwWsSnrtf.*+?^$(){}\\[\\]|/\\\\-]";
    String range = "(?:a-z|A-Z|0-9|a-f|A-F)";
    String set = "\\[\\^?(?:" + range + "|[A-Za-z0-9 _.:@/]|\\\\[dws.\\]\\[/-])+\\]";
    String count =
        "(?:[*+?]|\\{[0-9]\\}|\\{[0-9],\\}|\\{0,[1-9][0-9]{0,2}\\}|\\{1,[1-9][0-9]{0,2}\\})?";
    String atom = "(?:" + plain + "|\\.|" + escape + "|" + set + ")" + count;
    String group = "\\((?:\\?:)?(?:" + atom + "|\\|)*\\)" + count;
    String outer = "\\((?:\\?:)?(?:" + atom + "|" + group + "|\\|)*\\)" + count;
    return "\\^?(?:" + atom + "|" + group + "|" + outer + "|\\|)*\\$?";
  }

  /** The strings of a format; all strings for one that JSON Schema does not define. */
  static StringSet strings(String format) {
    return PATTERNS.containsKey(format)
        ? Known.SETS.computeIfAbsent(format, Formats::make)
        : StringSet.ALL;
  }

  private static StringSet make(String format) {
    return StringSet.of(Pattern.fullMatch(PATTERNS.get(format)), !EXACT.contains(format));
  }

  /** Automata are made once: there are few formats, and they never change. */
  private static final class Known {
    private static final Map<String, StringSet> SETS = new ConcurrentHashMap<>();
  }
}
