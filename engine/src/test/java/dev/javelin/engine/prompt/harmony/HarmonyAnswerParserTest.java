package dev.javelin.engine.prompt.harmony;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.engine.Role;
import dev.javelin.engine.Tool;
import dev.javelin.engine.prompt.AnswerParser;
import dev.javelin.engine.prompt.AnswerPart;
import dev.javelin.engine.prompt.ByteTokenizer;
import dev.javelin.engine.prompt.RecordingSink;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One test for each thing that a Harmony answer must survive. */
class HarmonyAnswerParserTest {
  private final ByteTokenizer tokenizer = ByteTokenizer.harmony();
  private final HarmonyFormat format = new HarmonyFormat(tokenizer, null);

  private RecordingSink read(String answer) {
    return read(format.parser(), answer);
  }

  private RecordingSink read(AnswerParser parser, String answer) {
    RecordingSink sink = new RecordingSink();
    for (int id : tokenizer.encode(answer, true)) {
      parser.accept(id, sink);
    }
    parser.end(sink);
    return sink;
  }

  private void assertReads(String expected, String answer) {
    RecordingSink sink = read(answer);
    assertEquals(expected, sink.toString());
    assertEquals(List.of(), sink.malformed);
  }

  private void assertRepairs(String expected, String answer) {
    RecordingSink sink = read(answer);
    assertEquals(expected, sink.toString());
    assertFalse(sink.malformed.isEmpty(), "the deviation must be reported");
  }

  @Test
  void firstHeaderBeginsInsideTheAssistantsRole() {
    assertReads(
        "42 | Easy. | ",
        "<|channel|>analysis<|message|>Easy.<|end|><|start|>assistant<|channel|>final<|message|>42<|return|>");
  }

  @Test
  void holdsBytesBackUntilACharacterIsWhole() {
    int[] ids = tokenizer.encode("<|channel|>final<|message|>\u20ac", true);
    AnswerParser parser = format.parser();
    RecordingSink sink = new RecordingSink();
    for (int i = 0; i < ids.length - 1; i++) {
      parser.accept(ids[i], sink);
    }
    assertEquals("", sink.content.toString());
    parser.accept(ids[ids.length - 1], sink);
    assertEquals("\u20ac", sink.content.toString());
  }

  @Test
  void replacesWhatIsNotUtf8AndLosesNothingBeforeIt() {
    AnswerParser parser = format.parser();
    RecordingSink sink = new RecordingSink();
    for (int id : tokenizer.encode("<|channel|>final<|message|>ok ", true)) {
      parser.accept(id, sink);
    }
    for (int id : new int[] {0xF0, 0x9F, 'x', 0xFF, 0xE2, 0x82}) {
      parser.accept(id, sink);
    }
    parser.end(sink);
    assertEquals("ok \uFFFDx\uFFFD\uFFFD", sink.content.toString());
  }

  @Test
  void aMessageToAFunctionIsACallOnAnyChannel() {
    String arguments = "{\"city\":\"Oslo\"}";
    assertReads(
        " |  | rain(" + arguments + ")",
        "<|channel|>commentary to=functions.rain <|constrain|>json<|message|>"
            + arguments
            + "<|call|>");
    assertReads(
        " |  | rain(" + arguments + ")",
        " to=functions.rain<|channel|>analysis json<|message|>" + arguments + "<|call|>");
    assertReads(
        " |  | rain(" + arguments + ")",
        " to=functions.rain<|channel|>commentary<|constrain|>json<|message|>"
            + arguments
            + "<|call|>");
  }

  @Test
  void commentaryToNobodyIsTextForTheUser() {
    assertReads(
        "Looking now. | Hm. | f({})",
        "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary<|message|>Looking now.<|end|>"
            + "<|start|>assistant<|channel|>commentary to=functions.f json<|message|>{}<|call|>");
  }

  @Test
  void severalMessagesOfOneKindAreParted() {
    assertReads(
        "one\ntwo | a\nb | ",
        "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary<|message|>one<|end|>"
            + "<|start|>assistant<|channel|>analysis<|message|>b<|end|><|start|>assistant<|channel|>final<|message|>two<|return|>");
  }

  @Test
  void aMessageToAToolThatWasNotOfferedIsNeverTextForTheUser() {
    for (String recipient : List.of("python", "browser.search", "container.exec", "functions.")) {
      assertRepairs(
          " | 1+1 | ", "<|channel|>commentary to=" + recipient + " code<|message|>1+1<|call|>");
    }
  }

  @Test
  void aCallWithoutTheNamespaceIsACallIfTheToolWasOffered() {
    Tool rain = new Tool("rain", null, null);
    String answer = "<|channel|>commentary to=rain json<|message|>{}<|call|>";
    assertEquals(
        " |  | rain({})", read(format.parser(List.of(rain), new int[0]), answer).toString());
    assertRepairs(" | {} | ", answer);
  }

  @Test
  void freeTextBehindTheChannelMarkIsContent() {
    assertRepairs("?? |  | ", "<|channel|>??<|end|>");
    assertRepairs("Well, hello there |  | ", "<|channel|>Well, hello there<|return|>");
    assertRepairs("Hi. |  | ", "<|channel|>??<|message|>Hi.<|return|>");
  }

  @Test
  void aDoubledChannelKeepsTheFirst() {
    assertRepairs(
        "Yes. | Hm. | ",
        "<|channel|>analysis<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|channel|>analysis<|message|>Yes.<|return|>");
    assertRepairs("Hi. |  | ", "<|channel|><|channel|>final<|message|>Hi.<|return|>");
  }

  @Test
  void aStrayHeaderBeforeAProperOneLeavesNothingBehind() {
    assertRepairs(
        "Hi. | Hm. | ",
        "<|channel|>commentary to=assistant<|start|>assistant<|channel|>analysis<|message|>Hm.<|end|>"
            + "<|start|>assistant<|channel|>final<|message|>Hi.<|return|>");
    assertRepairs(
        "Hi. |  | ", "<|channel|>commentary to=assistant<|channel|>final<|message|>Hi.<|return|>");
  }

  @Test
  void extraWordsInAHeaderAreDropped() {
    assertRepairs(
        " |  | rain({})",
        "<|channel|>commentary to=functions.rain now json please<|message|>{}<|call|>");
  }

  @Test
  void somethingGluedToTheChannelNameIsDropped() {
    assertRepairs("Hi. |  | ", "<|channel|>final-<|message|>Hi.<|return|>");
    assertRepairs("Hi. |  | ", "<|channel|>final\u2014answer<|message|>Hi.<|return|>");
    assertRepairs(" |  | f({})", "<|channel|>commentaryto=functions.f<|message|>{}<|call|>");
  }

  @Test
  void aWordThatOnlyBeginsLikeAChannelIsText() {
    assertRepairs("finally done |  | ", "<|channel|>finally done<|return|>");
  }

  @Test
  void bareTextIsContent() {
    assertRepairs("I must  refuse:\n1. no |  | ", "I must  refuse:\n1. no<|return|>");
    assertRepairs("cut off |  | ", "cut off");
  }

  @Test
  void textWithoutTheMessageMarkGoesWhereItsHeaderSays() {
    assertRepairs(" | I must think | ", "<|channel|>analysis I must think<|end|>");
    assertRepairs(
        "A  B | x | ",
        "<|channel|>analysis<|message|>x<|end|><|start|>assistant<|channel|>final A  B<|return|>");
    assertRepairs(
        " |  | f({\"a\": 1})",
        "<|channel|>commentary to=functions.f <|constrain|>json{\"a\": 1}<|call|>");
    assertRepairs(
        " |  | f({\"a\": 1})", "<|channel|>commentary to=functions.f json {\"a\": 1}<|call|>");
  }

  @Test
  void aStartInsideContentBeginsTheNextMessage() {
    assertRepairs(
        "Yes. | Hm. | ",
        "<|channel|>analysis<|message|>Hm.<|start|>assistant<|channel|>final<|message|>Yes.<|return|>");
  }

  @Test
  void otherSpecialTokensInsideContentAreDropped() {
    assertRepairs(
        "ab c |  | ",
        "<|channel|>final<|message|>a<|channel|>b<|message|> <|constrain|><|reserved_1|>c<|return|>");
  }

  @Test
  void aMissingStartIsForgiven() {
    assertRepairs(
        "Yes. | Hm. | ",
        "<|channel|>analysis<|message|>Hm.<|end|><|channel|>final<|message|>Yes.<|return|>");
    assertRepairs(
        "Yes. | Hm. | ",
        "<|channel|>analysis<|message|>Hm.<|end|>assistant<|channel|>final<|message|>Yes.<|return|>");
  }

  @Test
  void aChannelNameInThePlaceOfTheRoleIsTheChannel() {
    assertRepairs(" | Hm. | ", "<|end|><|start|>analysis<|message|>Hm.<|end|>");
  }

  @Test
  void aMessageInSomebodyElsesNameIsNeverTextForTheUser() {
    assertRepairs(
        "Hi. | And you? | ",
        "<|channel|>final<|message|>Hi.<|end|><|start|>user<|message|>And you?<|end|>");
  }

  @Test
  void anAnswerCutOffInsideItsAnalysisHasNoContent() {
    AnswerParser parser = format.parser();
    RecordingSink sink = new RecordingSink();
    for (int id : tokenizer.encode("<|channel|>analysis<|message|>Let me th", true)) {
      parser.accept(id, sink);
    }
    assertTrue(parser.inReasoning());
    parser.end(sink);
    assertEquals(" | Let me th | ", sink.toString());
    assertEquals(List.of(), sink.malformed);
  }

  @Test
  void saysWhatTheNextTokenBelongsTo() {
    AnswerParser parser = format.parser();
    RecordingSink sink = new RecordingSink();
    assertEquals("FRAME", partAfter(parser, sink, ""));
    assertEquals("FRAME", partAfter(parser, sink, "<|channel|>analysis"));
    assertEquals("REASONING", partAfter(parser, sink, "<|message|>"));
    assertEquals("REASONING", partAfter(parser, sink, "Hm."));
    assertEquals("FRAME", partAfter(parser, sink, "<|end|>"));
    assertEquals(
        "CONTENT", partAfter(parser, sink, "<|start|>assistant<|channel|>final<|message|>"));
    assertEquals(
        "TOOL_ARGUMENTS",
        partAfter(
            parser,
            sink,
            "<|end|><|start|>assistant to=functions.f<|channel|>commentary<|message|>"));
  }

  private String partAfter(AnswerParser parser, RecordingSink sink, String text) {
    for (int id : tokenizer.encode(text, true)) {
      parser.accept(id, sink);
    }
    AnswerPart part = parser.part();
    return part.name();
  }

  @Test
  void stopsAtReturnCallAndEndOfTextButNotAtEnd() {
    assertEquals(
        List.of("<|call|>", "<|endoftext|>", "<|return|>"),
        format.stopTokens().stream()
            .map(id -> tokenizer.decode(new int[] {id}))
            .sorted()
            .collect(Collectors.toList()));
  }

  @Test
  void aStrictParserReportsEveryDeviation() {
    List<String> deviations =
        List.of(
            "bare text<|return|>",
            "<|channel|>final text<|return|>",
            "<|channel|>??<|message|>x<|return|>",
            "<|channel|><|message|>x<|return|>",
            "<|channel|>final-<|message|>x<|return|>",
            "<|channel|>final<|channel|>final<|message|>x<|return|>",
            "<|channel|>commentary to=functions.f now json<|message|>{}<|call|>",
            "<|channel|>final<|message|>x<|start|>assistant",
            "<|channel|>final<|message|>x<|channel|>",
            "<|channel|>final<|message|>x<|reserved_1|>",
            "<|channel|>final<|message|>x<|end|>more",
            "<|channel|>final<|message|>x<|end|><|message|>",
            "<|channel|>final<|message|>x<|end|><|end|>",
            "<|channel|>final<|message|>x<|end|><|start|>nobody<|message|>",
            "<|channel|>final<|message|>x<|end|><|start|><|message|>");
    for (String deviation : deviations) {
      HarmonyParser parser =
          new HarmonyParser(tokenizer, Role.ASSISTANT, true, new MessageCollector());
      assertThrows(
          HarmonySyntaxException.class,
          () -> {
            for (int id : tokenizer.encode(deviation, true)) {
              parser.accept(id);
            }
            parser.end();
          },
          deviation);
    }
  }
}
