package dev.javelin.engine.constrain.machine;

import dev.javelin.engine.constrain.automaton.Regex;
import java.util.List;

/** The general pieces: lexeme, sequence, choice, repetition, forward reference. */
public final class Nodes {
  private Nodes() {}

  public static Node lexeme(Lexeme lexeme) {
    return new Lex(lexeme);
  }

  public static Node sequence(List<Node> parts) {
    return parts.size() == 1 ? parts.getFirst() : new Sequence(parts.toArray(Node[]::new));
  }

  public static Node choice(List<Node> alternatives) {
    return alternatives.size() == 1
        ? alternatives.getFirst()
        : new Choice(alternatives.toArray(Node[]::new));
  }

  public static Node repeat(Node part, int min, int max) {
    return new Repeat(part, min, max);
  }

  static final class Lex extends Node {
    final Lexeme lexeme;

    Lex(Lexeme lexeme) {
      this.lexeme = lexeme;
    }

    @Override
    void enter(Frame parent, Closure closure) {
      closure.head(lexeme, parent);
    }

    @Override
    List<Node> children() {
      return List.of();
    }

    @Override
    int cost(Costs costs) {
      return costs.of(lexeme);
    }
  }

  static final class Choice extends Node {
    final Node[] alternatives;

    Choice(Node[] alternatives) {
      this.alternatives = alternatives;
    }

    @Override
    void enter(Frame parent, Closure closure) {
      for (Node alternative : alternatives) {
        closure.enter(alternative, parent);
      }
    }

    @Override
    List<Node> children() {
      return List.of(alternatives);
    }

    @Override
    int cost(Costs costs) {
      int best = Costs.IMPOSSIBLE;
      for (Node alternative : alternatives) {
        best = Math.min(best, costs.of(alternative));
      }
      return best;
    }
  }

  /**
   * One after the other. The last part is entered on the parent itself: right recursion does not
   * grow the stack.
   */
  static final class Sequence extends Node {
    final Node[] parts;

    Sequence(Node[] parts) {
      this.parts = parts;
    }

    @Override
    void enter(Frame parent, Closure closure) {
      enterPart(0, parent, closure);
    }

    private void enterPart(int index, Frame parent, Closure closure) {
      if (index == parts.length) {
        closure.complete(parent, 0);
      } else {
        closure.enter(parts[index], index == parts.length - 1 ? parent : new AtPart(index, parent));
      }
    }

    @Override
    List<Node> children() {
      return List.of(parts);
    }

    @Override
    int cost(Costs costs) {
      return costFrom(0, costs);
    }

    private int costFrom(int index, Costs costs) {
      int sum = 0;
      for (int i = index; i < parts.length && sum < Costs.IMPOSSIBLE; i++) {
        sum = Costs.sum(sum, costs.of(parts[i]));
      }
      return sum;
    }

    private final class AtPart extends Frame {
      private final int index;

      AtPart(int index, Frame parent) {
        super(parent, 31 * index + System.identityHashCode(Sequence.this));
        this.index = index;
      }

      private Sequence node() {
        return Sequence.this;
      }

      @Override
      void resume(int label, Closure closure) {
        enterPart(index + 1, parent, closure);
      }

      @Override
      int ownCost(int label, Costs costs) {
        return costFrom(index + 1, costs);
      }

      @Override
      boolean sameAs(Frame other) {
        AtPart o = (AtPart) other;
        return o.node() == Sequence.this && o.index == index;
      }
    }
  }

  static final class Repeat extends Node {
    final Node part;
    final int min;
    final int max;

    Repeat(Node part, int min, int max) {
      this.part = part;
      this.min = min;
      this.max = max;
    }

    @Override
    void enter(Frame parent, Closure closure) {
      at(0, parent, closure);
    }

    /** After count parts; counts beyond what matters are one and the same. */
    private void at(int count, Frame parent, Closure closure) {
      if (count >= min) {
        closure.complete(parent, 0);
      }
      if (count < max) {
        closure.enter(
            part, new Done(max == Regex.UNBOUNDED ? Math.min(count, min) : count, parent));
      }
    }

    @Override
    List<Node> children() {
      return List.of(part);
    }

    @Override
    int cost(Costs costs) {
      return min == 0 ? 0 : Costs.times(min, costs.of(part));
    }

    private final class Done extends Frame {
      private final int count;

      Done(int count, Frame parent) {
        super(parent, 31 * count + System.identityHashCode(Repeat.this));
        this.count = count;
      }

      private Repeat node() {
        return Repeat.this;
      }

      @Override
      void resume(int label, Closure closure) {
        at(count + 1, parent, closure);
      }

      @Override
      int ownCost(int label, Costs costs) {
        int left = Math.max(0, min - count - 1);
        return left == 0 ? 0 : Costs.times(left, costs.of(part));
      }

      @Override
      boolean sameAs(Frame other) {
        Done o = (Done) other;
        return o.node() == Repeat.this && o.count == count;
      }
    }
  }

  /** A name for a piece that is defined later; closes the circles of recursive grammars. */
  public static final class Reference extends Node {
    private Node target;

    public void define(Node node) {
      target = node;
    }

    public Node target() {
      return target;
    }

    @Override
    void enter(Frame parent, Closure closure) {
      closure.enter(target, parent);
    }

    @Override
    List<Node> children() {
      return target == null ? List.of() : List.of(target);
    }

    @Override
    int cost(Costs costs) {
      return target == null ? Costs.IMPOSSIBLE : costs.of(target);
    }
  }
}
