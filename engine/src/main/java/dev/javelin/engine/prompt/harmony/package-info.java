/**
 * Harmony, the chat format of gpt-oss: messages with roles, channels and recipients.
 *
 * <pre>
 * message = &lt;|start|&gt; header &lt;|message|&gt; content ( &lt;|end|&gt; | &lt;|call|&gt; | &lt;|return|&gt; )
 * header  = role-or-tool [":"name] [" to="recipient] [&lt;|channel|&gt; channel] [" " [&lt;|constrain|&gt;] content-type]
 * </pre>
 *
 * Out: {@code ConversationMapper} turns an API conversation into {@code HarmonyMessage}s, {@code
 * HarmonyRenderer} turns those into prompt pieces. In: {@code HarmonyParser} reads tokens, {@code
 * HarmonyHeader} reads one header, {@code HarmonyAnswerParser} says what each piece of text is for.
 * Special tokens are found by their text, never by number.
 */
package dev.javelin.engine.prompt.harmony;
