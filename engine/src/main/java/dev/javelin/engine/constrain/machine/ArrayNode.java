package dev.javelin.engine.constrain.machine;

import dev.javelin.engine.constrain.automaton.Regex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A JSON array: items by position, a length within bounds, and perhaps a number of items that are
 * special ({@code contains}). Which items count as special is left open while an item is read: an
 * item that could be both is two heads.
 *
 * <pre>
 *   [ item , item , ... ]      phases: OPEN [ BEFORE item AFTER , BEFORE item AFTER ]
 * </pre>
 */
public final class ArrayNode extends Node {
  /**
   * @param plain items by position; the last one stands for all that follow; null where no item may
   *     be
   * @param special the same for items that count; null where an item cannot count
   * @param minItems least number of items
   * @param maxItems most; may be {@link Regex#UNBOUNDED}
   * @param minSpecial least number of items that count
   * @param maxSpecial most; plain items are then those that do not count
   */
  public record Items(
      Node[] plain, Node[] special, int minItems, int maxItems, int minSpecial, int maxSpecial) {}

  private record Place(int count, int specials) {}

  private enum Phase {
    OPEN,
    BEFORE,
    PLAIN,
    SPECIAL
  }

  private final Items items;
  private final JsonSyntax syntax;
  private final int positions;
  private final int[] nextGap; // by position: the first from there where no item can be

  public ArrayNode(Items items, JsonSyntax syntax) {
    this.items = items;
    this.syntax = syntax;
    this.positions = items.plain.length;
    this.nextGap = new int[positions];
    for (int at = positions - 1; at >= 0; at--) {
      boolean gap = items.plain[at] == null && items.special[at] == null;
      nextGap[at] = gap ? at : at == positions - 1 ? Regex.UNBOUNDED : nextGap[at + 1];
    }
  }

  /** Stands for an item while only {@link #isPossible} is asked. */
  public static final Node PLACEHOLDER = new Nodes.Reference();

  /** Whether any array fits. */
  public boolean isPossible() {
    return feasible(0, 0);
  }

  @Override
  void enter(Frame parent, Closure closure) {
    closure.head(syntax.openArray, new At(Phase.OPEN, 0, 0, parent));
  }

  @Override
  List<Node> children() {
    List<Node> all = new ArrayList<>(Arrays.asList(items.plain));
    all.addAll(Arrays.asList(items.special));
    all.removeIf(Objects::isNull);
    return all;
  }

  @Override
  int cost(Costs costs) {
    return Costs.sum(costs.of(syntax.openArray), costFrom(0, 0, costs));
  }

  /** From between two items to behind the end. */
  private int costFrom(int count, int specials, Costs costs) {
    if (canClose(count, specials)) {
      return costs.of(count == 0 ? syntax.closeEmptyArray : syntax.closeArray);
    }
    return costs.remembered(
        new Costs.Rest(this, new Place(count, specials)),
        () -> costOfItemsFrom(count, specials, costs));
  }

  /** Special items first, as long as they are needed; by arithmetic where all items are alike. */
  private int costOfItemsFrom(int count, int specials, Costs costs) {
    int sum = 0;
    int have = specials;
    int at = count;
    for (; !canClose(at, have) && at < positions - 1; at++) {
      boolean asSpecial = special(at) != null && (have < items.minSpecial || plain(at) == null);
      have += asSpecial ? 1 : 0;
      int item = costs.of(asSpecial ? special(at) : plain(at));
      sum = Costs.sum(sum, Costs.sum(item, at == 0 ? 0 : costs.of(syntax.comma)));
      if (sum >= Costs.IMPOSSIBLE) {
        return Costs.IMPOSSIBLE;
      }
    }
    int asSpecial = Math.max(0, items.minSpecial - have);
    int left = Math.max(asSpecial, items.minItems - at);
    if (left > 0) {
      int commas = at == 0 ? left - 1 : left;
      Node others = plain(at) == null ? special(at) : plain(at);
      sum = Costs.sum(sum, Costs.times(commas, costs.of(syntax.comma)));
      sum = Costs.sum(sum, asSpecial == 0 ? 0 : Costs.times(asSpecial, costs.of(special(at))));
      sum = Costs.sum(sum, left == asSpecial ? 0 : Costs.times(left - asSpecial, costs.of(others)));
    }
    return Costs.sum(sum, costs.of(syntax.closeArray));
  }

  private Node plain(int index) {
    return items.plain[Math.min(index, positions - 1)];
  }

  private Node special(int index) {
    return items.special[Math.min(index, positions - 1)];
  }

  private boolean canClose(int count, int specials) {
    return count >= items.minItems && specials >= items.minSpecial;
  }

  /**
   * Whether the bounds can still be met: item by item through the positions, by arithmetic where
   * all are alike.
   */
  private boolean feasible(int count, int specials) {
    if (specials >= items.minSpecial && items.maxSpecial == Regex.UNBOUNDED) {
      int gap = nextGap[Math.min(count, positions - 1)];
      return Math.max(count, items.minItems) <= items.maxItems
          && (count >= items.minItems || Math.max(count, gap) >= items.minItems);
    }
    int have = specials;
    for (int at = count; ; at++) {
      int needed = Math.max(0, items.minSpecial - have);
      if (needed == 0 && at >= items.minItems) {
        return at <= items.maxItems;
      }
      if (at >= items.maxItems) {
        return false;
      }
      if (at >= positions - 1) {
        long left = Math.max(needed, items.minItems - at);
        boolean others =
            plain(at) != null || special(at) != null && have + left <= items.maxSpecial;
        return at + left <= items.maxItems
            && (needed == 0 || special(at) != null)
            && (left == needed || others);
      }
      boolean asSpecial =
          special(at) != null && have < items.maxSpecial && (needed > 0 || plain(at) == null);
      if (!asSpecial && plain(at) == null) {
        return false;
      }
      have += asSpecial ? 1 : 0;
    }
  }

  /** Counts that behave alike are made equal, so that configurations repeat. */
  private At after(int count, int specials, Phase phase, Frame parent) {
    boolean bounded = items.maxItems != Regex.UNBOUNDED;
    int kept = bounded ? count : Math.min(count, Math.max(positions, items.minItems));
    int keptSpecials =
        items.maxSpecial != Regex.UNBOUNDED ? specials : Math.min(specials, items.minSpecial);
    return new At(phase, kept, keptSpecials, parent);
  }

  private final class At extends Frame {
    private final Phase phase;
    private final int count;
    private final int specials;

    At(Phase phase, int count, int specials, Frame parent) {
      super(
          parent,
          (phase.ordinal() * 31 + count) * 31 + specials + System.identityHashCode(ArrayNode.this));
      this.phase = phase;
      this.count = count;
      this.specials = specials;
    }

    private ArrayNode node() {
      return ArrayNode.this;
    }

    @Override
    boolean sameAs(Frame other) {
      At o = (At) other;
      return o.node() == ArrayNode.this
          && o.phase == phase
          && o.count == count
          && o.specials == specials;
    }

    @Override
    void resume(int label, Closure closure) {
      switch (phase) {
        case OPEN -> {
          if (canClose(0, 0)) {
            closure.head(syntax.closeEmptyArray, parent);
          }
          enterItem(closure);
        }
        case BEFORE -> enterItem(closure);
        case PLAIN -> afterItem(count + 1, specials, closure);
        case SPECIAL -> afterItem(count + 1, specials + 1, closure);
      }
    }

    @Override
    int ownCost(int label, Costs costs) {
      return switch (phase) {
        case OPEN -> costFrom(0, 0, costs);
        case PLAIN -> costFrom(count + 1, specials, costs);
        case SPECIAL -> costFrom(count + 1, specials + 1, costs);
        case BEFORE -> costOfItemAndRest(costs);
      };
    }

    /** Behind a comma there must be an item, even if the array could have ended before. */
    private int costOfItemAndRest(Costs costs) {
      int best = Costs.IMPOSSIBLE;
      if (plain(count) != null && feasible(count + 1, specials)) {
        best = Costs.sum(costs.of(plain(count)), costFrom(count + 1, specials, costs));
      }
      if (special(count) != null
          && specials < items.maxSpecial
          && feasible(count + 1, specials + 1)) {
        best =
            Math.min(
                best,
                Costs.sum(costs.of(special(count)), costFrom(count + 1, specials + 1, costs)));
      }
      return best;
    }

    private void enterItem(Closure closure) {
      if (count >= items.maxItems) {
        return;
      }
      if (plain(count) != null && feasible(count + 1, specials)) {
        closure.enter(plain(count), new At(Phase.PLAIN, count, specials, parent));
      }
      if (special(count) != null
          && specials < items.maxSpecial
          && feasible(count + 1, specials + 1)) {
        closure.enter(special(count), new At(Phase.SPECIAL, count, specials, parent));
      }
    }

    private void afterItem(int newCount, int newSpecials, Closure closure) {
      if (canClose(newCount, newSpecials)) {
        closure.head(syntax.closeArray, parent);
      }
      boolean more =
          newCount < items.maxItems
              && (plain(newCount) != null && feasible(newCount + 1, newSpecials)
                  || special(newCount) != null
                      && newSpecials < items.maxSpecial
                      && feasible(newCount + 1, newSpecials + 1));
      if (more) {
        closure.head(syntax.comma, after(newCount, newSpecials, Phase.BEFORE, parent));
      }
    }
  }
}
