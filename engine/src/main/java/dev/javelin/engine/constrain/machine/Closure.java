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

  /** Steps on the way to them; also those that lead to no head. */
  private static final int MAX_TASKS = 25 * MAX_HEADS;

  private record Task(Node node, Frame frame, int label) {}

  private final ArrayDeque<Task> tasks = new ArrayDeque<>();
  private final ArrayDeque<Task> found = new ArrayDeque<>(); // by the task that is being done
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
    found.push(new Task(node, parent, 0));
  }

  /** Something above this frame is complete. */
  void complete(Frame frame, int label) {
    found.push(new Task(null, frame, label));
  }

  /** The whole text may end here. */
  void accept() {
    accepts = true;
  }

  /** Depth first, so that the first alternatives have become heads before there are too many. */
  void run() {
    found.forEach(tasks::push);
    found.clear();
    while (!tasks.isEmpty() && heads.size() < MAX_HEADS && done.size() < MAX_TASKS) {
      Task task = tasks.pop();
      if (done.add(task)) {
        if (task.node == null) {
          task.frame.resume(task.label, this);
        } else {
          task.node.enter(task.frame, this);
        }
        found.forEach(tasks::push);
        found.clear();
      }
    }
  }

  Head[] heads() {
    return heads.toArray(Head[]::new);
  }

  /** Steps that it took. */
  int steps() {
    return done.size();
  }

  boolean accepts() {
    return accepts;
  }
}
