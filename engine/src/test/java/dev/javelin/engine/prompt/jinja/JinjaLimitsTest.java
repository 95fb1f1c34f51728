package dev.javelin.engine.prompt.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A template is untrusted: whatever it asks for, it ends soon, with a typed error if it must. */
class JinjaLimitsTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 1, 1, 0, 0);
  private static final Limits SMALL = new Limits(300_000, 3_000_000, 500);

  private static Str render(String template) {
    return Template.parse(template).render(Map.of("s", Str.foreign("abc")), NOW, SMALL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(x) %}{{ m(x ~ x) }}{% endmacro %}{{ m('ab') }}",
        "{{ 'x' * 999999999 }}",
        "{{ 'xx' * 9223372036854775807 }}",
        "{{ [0] * 999999999 }}",
        "{{ ([[]] * 9999)|tojson(indent=99999999999) * 9999 }}",
        "{% set ns = namespace(x='a') %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x|tojson }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x == ns.x }}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
        "{{ '%99999999999s' % 'a' }}",
        "{{ 'a'.center(99999999999) }}",
        "{{ 'a'|center(99999999999) }}",
        "{{ 'a\nb'|indent(99999999999) }}",
        "{{ '\t'.expandtabs(99999999999) }}",
        "{{ ('a' * 9999).replace('', 'x' * 9999) }}",
        "{{ ('a' * 9999)|replace('a', 'x' * 9999) }}",
        "{{ ('x' * 9999).join(('a' * 9999)|list) }}",
        "{% for x in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
        "{{ range(-9223372036854775807, 9223372036854775807)|list }}",
        "{{ range(99999)|batch(2)|map('list')|list|tojson * 99999 }}",
      })
  void aTemplateThatWantsTooMuchFailsSoon(String template) {
    assertTimeoutPreemptively(
        Duration.ofMinutes(2), () -> assertThrows(JinjaException.class, () -> render(template)));
  }

  @Test
  void deepNestingIsRefusedAndNeverOverflowsAStack() throws InterruptedException {
    List<String> templates =
        List.of(
            "{{ " + "(".repeat(5_000) + "1" + ")".repeat(5_000) + " }}",
            "{{ " + "[".repeat(5_000) + "]".repeat(5_000) + " }}",
            "{{ " + "-".repeat(5_000) + "1 }}",
            "{{ 1" + " + 1".repeat(5_000) + " }}",
            "{{ 1" + ".a".repeat(5_000) + " }}",
            "{{ s" + "|upper".repeat(5_000) + " }}",
            "{{ 1" + " if 1 else 1".repeat(5_000) + " }}",
            "{{ 1" + " and 1".repeat(5_000) + " }}",
            "{% if 1 %}".repeat(5_000) + "{% endif %}".repeat(5_000),
            "{% set " + "(".repeat(5_000) + "a" + ")".repeat(5_000) + " = 1 %}",
            "{% macro m() %}{% if 1 %}{% for x in [1] %}{{ (((m()))) ~ '' }}{% endfor %}{% endif %}{% endmacro %}{{ m() }}");
    for (String template : templates) {
      Throwable[] failure = {null};
      Thread small =
          new Thread(
              null,
              () -> {
                try {
                  render(template);
                } catch (Throwable e) {
                  failure[0] = e;
                }
              },
              "small-stack",
              1 << 20);
      small.start();
      small.join();
      assertEquals(
          JinjaException.class,
          failure[0] == null ? null : failure[0].getClass(),
          template.substring(0, 30));
    }
  }

  @Test
  void randomTemplatesEndAndFailOnlyWithTypedErrors() {
    String[] snippets = {
      "{{ ",
      " }}",
      "{% ",
      " %}",
      "{%- ",
      " -%}",
      "{# ",
      " #}",
      "if",
      " else",
      "elif ",
      "endif",
      "for x in ",
      "endfor",
      "set x = ",
      "macro m(a) ",
      "endmacro",
      "m(",
      ")",
      "(",
      "[",
      "]",
      "{",
      "}",
      "'",
      "\"",
      "a",
      "x",
      "s",
      "1",
      "99999",
      "0.5",
      " + ",
      " * ",
      "**",
      " % ",
      "|",
      "|upper",
      "|map('x')",
      "|list",
      "|tojson",
      "|join",
      "|sort",
      "|replace('a','b')",
      " is ",
      "defined",
      " in ",
      " not ",
      " and ",
      ".items()",
      ".split()",
      "[0]",
      "[::-1]",
      "range(9)",
      "loop",
      "loop.index",
      "namespace()",
      "caller()",
      "call ",
      "endcall",
      ", ",
      "=",
      ":",
      "raw",
      "endraw",
      "\n",
      " ",
      "\\",
      "\u00e9",
      "\uD83D\uDE00",
      "generation",
      "endgeneration",
      "none",
      "true",
      "break",
      "recursive",
      "~",
      "//",
      "-"
    };
    Random random = new Random(11);
    for (int run = 0; run < 10_000; run++) {
      StringBuilder template = new StringBuilder();
      for (int i = random.nextInt(25); i > 0; i--) {
        template.append(snippets[random.nextInt(snippets.length)]);
      }
      try {
        Template.parse(template.toString())
            .render(Map.of("s", Str.foreign("abc")), NOW, new Limits(100_000, 1_000_000, 500));
      } catch (JinjaException e) {
        continue; // what jinja2 refuses or the limits do
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError(template.toString(), e);
      }
    }
  }
}
