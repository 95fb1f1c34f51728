package dev.javelin.engine;

import java.util.Objects;

/** What a generation starts from. */
public sealed interface Prompt {
  /**
   * Plain text, fed as it is.
   *
   * @param parseSpecial whether the text of special tokens stands for them
   */
  record Text(String text, boolean parseSpecial) implements Prompt {
    public Text {
      Objects.requireNonNull(text, "text");
    }
  }

  /** Token ids, fed as they are. */
  record Ids(int[] ids) implements Prompt {
    public Ids {
      Objects.requireNonNull(ids, "ids");
    }
  }

  /** A conversation, rendered by the model's chat format. */
  record Chat(Conversation conversation) implements Prompt {
    public Chat {
      Objects.requireNonNull(conversation, "conversation");
    }
  }
}
