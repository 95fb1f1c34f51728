package dev.javelin.engine.prompt.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Every operation keeps track of which characters came from outside: here they are shown in
 * brackets.
 */
class StrOriginTest {
  private static void assertOrigin(String expected, String template) {
    Map<String, Object> variables =
        Map.of(
            "u",
            Str.foreign(" <x>y,Z "),
            "l",
            List.of(Str.foreign("p"), Str.foreign("q")),
            "d",
            Map.of(Str.foreign("k"), Str.foreign("v\n")));
    Str result = Template.parse(template).render(variables, LocalDateTime.MIN, Limits.DEFAULT);
    StringBuilder shown = new StringBuilder();
    boolean open = false;
    for (int i = 0; i <= result.text().length(); i++) {
      boolean foreign = i < result.text().length() && result.isForeign(i);
      if (foreign != open) {
        shown.append(foreign ? '\u00AB' : '\u00BB');
        open = foreign;
      }
      shown.append(i < result.text().length() ? result.text().charAt(i) : "");
    }
    assertEquals(expected.replace('[', '\u00AB').replace(']', '\u00BB'), shown.toString());
  }

  @Test
  void concatenationKeepsIt() {
    assertOrigin("<x>[ <x>y,Z ]<x>", "<x>{{ u }}{{ '<x>' }}");
    assertOrigin("a[ <x>y,Z ]b", "{{ 'a' + u + 'b' }}");
    assertOrigin("a[ <x>y,Z ]1", "{{ 'a' ~ u ~ 1 }}");
    assertOrigin("[ <x>y,Z  <x>y,Z ]", "{{ u * 2 }}");
  }

  @Test
  void cuttingKeepsIt() {
    assertOrigin("a[<x>y,Z]b", "{{ ('a' ~ (u|trim) ~ 'b') }}");
    assertOrigin("[<x]", "{{ u[1:3] }}");
    assertOrigin("|[ ]", "{{ ('|' + u)[:2] }}");
    assertOrigin("[ Z,y>x< ]|", "{{ ('|' + u)[::-1] }}");
    assertOrigin("[ <x>y]-[Z ]", "{{ u.split(',')|join('-') }}");
    assertOrigin("[y,Z ]", "{{ u.split('<x>')[-1] }}");
  }

  @Test
  void replacingKeepsIt() {
    assertOrigin("[ ]<s>[y,Z ]", "{{ u|replace('<x>', '<s>') }}");
    assertOrigin("a [ <x>y,Z ] b", "{{ 'a # b'.replace('#', u) }}");
    assertOrigin("a[ <X>Y,Z ]", "{{ ('a' ~ u).upper()|replace('A', 'a') }}");
  }

  @Test
  void formattingKeepsIt() {
    assertOrigin("<x> [ <x>y,Z ]", "{{ '<x> %s' % u }}");
    assertOrigin("<x> [ <x>y,Z ]", "{{ '<x> {}'.format(u) }}");
    assertOrigin("[p], [q]", "{{ l|join(', ') }}");
    assertOrigin("['p'], ['q']".replace("['", "'[").replace("']", "]'"), "{{ (l|string)[1:-1] }}");
    assertOrigin("{\"[k]\": \"[v\\n]\"}", "{{ d|tojson }}");
    assertOrigin("  [ <x>y,Z ]", "{{ u|indent(2, true) }}");
  }

  @Test
  void macrosAndBlocksKeepIt() {
    assertOrigin("<x>[ <x>y,Z ]", "{% macro m(a) %}<x>{{ a }}{% endmacro %}{{ m(u) }}");
    assertOrigin("<x>[ <x>y,Z ]", "{% set b %}<x>{{ u }}{% endset %}{{ b }}");
    assertOrigin("a[ <X>Y,Z ]".replace("a", "A"), "{% filter upper %}a{{ u }}{% endfilter %}");
  }
}
