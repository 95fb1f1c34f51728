package dev.javelin.engine.constrain.machine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Works out every way to go on without reading a byte: lexemes that may end do end, frames resume,
 * nodes are entered, until only heads are left. A work list instead of recursion, so that no
 * grammar overflows the Java stack.
 */
final class Closure {
  /** Ambiguous grammars can fork without limit; beyond this, further alternatives are given up. */
  static final int MAX_HEADS = 2_000;

  private record Task(Node node, Frame frame, int label) {}

  private final ArrayDeque<Task> tasks = new ArrayDeque<>();
  private final Set<Head> seen = new HashSet<>();
  private final Set<Task> done = new HashSet<>();
  private final List<Head> heads = new ArrayList<>();
  private boolean accepts;

  /** A lexeme is about to be read. */
  void head(Lexeme lexeme, Frame parent) {
    add(new Head(lexeme, lexeme.start(), parent));
  }

  void add(Head head) {
    if (heads.size() < MAX_HEADS && seen.add(head)) {
      heads.add(head);
      int label = head.lexeme().label(head.state());
      if (label >= 0) {
        complete(head.frame(), label);
      }
    }
  }

  void enter(Node node, Frame parent) {
    tasks.add(new Task(node, parent, 0));
  }

  /** Something above this frame is complete. */
  void complete(Frame frame, int label) {
    tasks.add(new Task(null, frame, label));
  }

  /** The whole text may end here. */
  void accept() {
    accepts = true;
  }

  void run() {
    for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
      if (!done.add(task)) {
        continue;
      }
      if (task.node == null) {
        task.frame.resume(task.label, this);
      } else {
        task.node.enter(task.frame, this);
      }
    }
  }

  Head[] heads() {
    return heads.toArray(Head[]::new);
  }

  boolean accepts() {
    return accepts;
  }
}
