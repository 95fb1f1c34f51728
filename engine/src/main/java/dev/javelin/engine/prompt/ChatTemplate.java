package dev.javelin.engine.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import dev.javelin.engine.prompt.jinja.JinjaException;
import dev.javelin.engine.prompt.jinja.JsonValues;
import dev.javelin.engine.prompt.jinja.Limits;
import dev.javelin.engine.prompt.jinja.Str;
import dev.javelin.engine.prompt.jinja.Template;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A chat template by itself: what text it makes of a request, for looking at it and for comparing
 * it with other programs.
 */
public final class ChatTemplate {
  private final Template template;

  private ChatTemplate(Template template) {
    this.template = template;
  }

  /**
   * @throws ChatTemplateException if the text is no template
   */
  public static ChatTemplate parse(String text) {
    try {
      return new ChatTemplate(Template.parse(text));
    } catch (JinjaException e) {
      throw new ChatTemplateException(e);
    }
  }

  /**
   * The text of a prompt, byte for byte as Hugging Face's libraries make it.
   *
   * @param request its keys are the template's variables: {@code messages}, {@code tools}, {@code
   *     add_generation_prompt} (true if it is not there) and any other
   * @param bosToken text of the token that begins a sequence, unless the request has one; may be
   *     null
   * @param eosToken the same for the token that ends one
   * @param now the time that the template may ask for
   * @throws ChatTemplateException if the template refuses the request or fails
   */
  public String render(JsonNode request, String bosToken, String eosToken, LocalDateTime now) {
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("add_generation_prompt", true);
    if (bosToken != null) {
      variables.put("bos_token", Str.own(bosToken));
    }
    if (eosToken != null) {
      variables.put("eos_token", Str.own(eosToken));
    }
    request
        .properties()
        .forEach(entry -> variables.put(entry.getKey(), JsonValues.of(entry.getValue())));
    try {
      return template.render(variables, now, Limits.DEFAULT).text();
    } catch (JinjaException e) {
      throw new ChatTemplateException(e);
    }
  }
}
