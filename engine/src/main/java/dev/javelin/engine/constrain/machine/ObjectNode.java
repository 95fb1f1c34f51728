package dev.javelin.engine.constrain.machine;

import dev.javelin.engine.constrain.automaton.CharDfa;
import dev.javelin.engine.constrain.automaton.Regex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A JSON object whose members may come in any order, each named key at most once. A frame remembers
 * which keys have been seen; the key automaton is then narrowed to those that may still come.
 *
 * <pre>
 *   { "a" : 1 , "b" : 2 }      phases: OPEN { BEFORE_KEY key COLON : VALUE value AFTER , BEFORE_KEY ...
 * </pre>
 */
public final class ObjectNode extends Node {
  /**
   * The rules. Keys are told apart by label: a label for each named key, and for each class of
   * other keys.
   *
   * @param keys the automaton of all keys; null for any string, label 0
   * @param values by label; null where the key may not be used
   * @param single labels that are one key, used up when seen
   * @param required labels that must be seen
   * @param min least number of members
   * @param max most; may be {@link Regex#UNBOUNDED}
   * @param dependents by label: labels that must be seen if it is; null where there are none
   * @param witnesses by witness and label: the value that satisfies the witness, null where the key
   *     cannot. Each witness has a label that is not single, so that it can always still be
   *     satisfied
   */
  public record Rules(
      Supplier<CharDfa> keys,
      Node[] values,
      BitSet single,
      BitSet required,
      int min,
      int max,
      BitSet[] dependents,
      Node[][] witnesses) {}

  /** A view may know how far each state is from its keys: 64 MB. */
  private static final int MAX_VIEW_STATES = 1 << 23;

  private record Place(BitSet seen, int count, int satisfied, boolean first) {}

  private enum Phase {
    OPEN,
    BEFORE_KEY,
    COLON,
    BEFORE_VALUE,
    VALUE
  }

  private final Rules rules;
  private final JsonSyntax syntax;
  private final BitSet usable = new BitSet();
  private DfaLexeme
      allKeys; // made when first needed: many objects of a large schema are never reached
  private final Map<List<BitSet>, Lexeme> views = new HashMap<>();

  public ObjectNode(Rules rules, JsonSyntax syntax) {
    this.rules = rules;
    this.syntax = syntax;
    for (int label = 0; label < rules.values.length; label++) {
      usable.set(label, rules.values[label] != null);
    }
  }

  @Override
  void enter(Frame parent, Closure closure) {
    closure.head(syntax.openObject, new At(Phase.OPEN, new BitSet(), 0, 0, 0, parent));
  }

  @Override
  List<Node> children() {
    List<Node> all = new ArrayList<>(Arrays.asList(rules.values));
    for (Node[] witness : rules.witnesses) {
      all.addAll(Arrays.asList(witness));
    }
    all.removeIf(Objects::isNull);
    return all;
  }

  @Override
  int cost(Costs costs) {
    At empty = new At(Phase.OPEN, new BitSet(), 0, 0, 0, RootFrame.INSTANCE);
    return Costs.sum(costs.of(syntax.openObject), empty.cost(0, costs));
  }

  private synchronized Lexeme keyLexeme(BitSet open, BitSet wanted) {
    if (rules.keys == null) {
      return StringLexeme.ANY;
    }
    if (allKeys == null) {
      allKeys = new DfaLexeme(rules.keys.get(), true);
    }
    if (rules.values.length == 1) {
      return allKeys;
    }
    if ((long) views.size() * allKeys.dfa().stateCount() > MAX_VIEW_STATES) {
      views.clear(); // configurations keep the views that they use
    }
    return views.computeIfAbsent(List.of(open, wanted), v -> new KeyLexeme(allKeys, open, wanted));
  }

  private ObjectKeys keys(Costs costs) {
    keyLexeme(usable, usable);
    return new ObjectKeys(allKeys, rules.values.length, costs);
  }

  private final class At extends Frame {
    private final Phase phase;
    private final BitSet seen;
    private final int count; // members so far, as far as it matters
    private final int satisfied; // witnesses, one bit each
    private final int label; // of the member that is being read

    At(Phase phase, BitSet seen, int count, int satisfied, int label, Frame parent) {
      super(
          parent,
          ((phase.ordinal() * 31 + seen.hashCode()) * 31 + count) * 31
              + satisfied * 7
              + label
              + System.identityHashCode(ObjectNode.this));
      this.phase = phase;
      this.seen = seen;
      this.count = count;
      this.satisfied = satisfied;
      this.label = label;
    }

    private ObjectNode node() {
      return ObjectNode.this;
    }

    @Override
    boolean sameAs(Frame other) {
      At o = (At) other;
      return o.node() == ObjectNode.this
          && o.phase == phase
          && o.count == count
          && o.satisfied == satisfied
          && o.label == label
          && o.seen.equals(seen);
    }

    private At to(Phase next, int newLabel) {
      return new At(next, seen, count, satisfied, newLabel, parent);
    }

    @Override
    void resume(int read, Closure closure) {
      switch (phase) {
        case OPEN -> {
          if (canClose()) {
            closure.head(syntax.closeEmptyObject, parent);
          }
          key(closure);
        }
        case BEFORE_KEY -> key(closure);
        case COLON -> closure.head(syntax.colon, to(Phase.BEFORE_VALUE, read));
        case BEFORE_VALUE -> value(closure);
        case VALUE -> {
          if (canClose()) {
            closure.head(syntax.closeObject, parent);
          }
          if (!open().isEmpty()) {
            closure.head(syntax.comma, to(Phase.BEFORE_KEY, 0));
          }
        }
      }
    }

    private void key(Closure closure) {
      BitSet open = open();
      if (!open.isEmpty()) {
        closure.head(keyLexeme(open, wanted()), to(Phase.COLON, 0));
      }
    }

    private void value(Closure closure) {
      BitSet nowSeen = (BitSet) seen.clone();
      nowSeen.set(label);
      int nowCount = rules.max == Regex.UNBOUNDED ? 0 : count + 1;
      int witnesses = rules.witnesses.length;
      for (int w = -1; w < witnesses; w++) { // none, or one at a time
        int extra = w < 0 ? 0 : 1 << w;
        Node node =
            (extra & satisfied) != 0
                ? null
                : w < 0 ? rules.values[label] : rules.witnesses[w][label];
        At after = new At(Phase.VALUE, nowSeen, nowCount, satisfied | extra, 0, parent);
        if (node != null && after.fits()) {
          closure.enter(node, after);
        }
      }
    }

    @Override
    int ownCost(int read, Costs costs) {
      return switch (phase) {
        case OPEN -> costOfRest(costs);
        case BEFORE_KEY -> costOfMember(costs);
        case COLON ->
            Costs.sum(costs.of(syntax.colon), to(Phase.BEFORE_VALUE, read).costOfValue(costs));
        case BEFORE_VALUE -> costOfValue(costs);
        case VALUE -> costOfRest(costs);
      };
    }

    @Override
    boolean hasOneCost() {
      return phase != Phase.COLON;
    }

    @Override
    int highestCost(Costs costs) {
      if (phase != Phase.COLON) {
        return cost(0, costs);
      }
      int highest = 0;
      BitSet open = open();
      if (rules.dependents == null && rules.witnesses.length == 0) {
        for (int l = open.nextSetBit(0); l >= 0; l = open.nextSetBit(l + 1)) {
          highest = Math.max(highest, costs.of(rules.values[l]));
        }
        int rest = Costs.sum(to(Phase.VALUE, 0).costOfRest(costs), costBelow(costs));
        return Costs.sum(Costs.sum(costs.of(syntax.colon), highest), rest);
      }
      for (int l = open.nextSetBit(0); l >= 0; l = open.nextSetBit(l + 1)) {
        highest = Math.max(highest, cost(l, costs));
      }
      return highest;
    }

    /** The value of the member that is being read and all behind it, on this object's own level. */
    private int costOfValue(Costs costs) {
      return Costs.sum(costs.of(nearestValue(label)), afterNearest(only(label)).costOfRest(costs));
    }

    private static BitSet only(int l) {
      BitSet labels = new BitSet();
      labels.set(l);
      return labels;
    }

    /** The value of a member on the way to the end; null if there is none. */
    private Node nearestValue(int l) {
      int witness = witnessFor(l);
      return witness < 0 ? rules.values[l] : rules.witnesses[witness][l];
    }

    /** Behind such members; several if there are no witnesses. */
    private At afterNearest(BitSet labels) {
      BitSet nowSeen = (BitSet) seen.clone();
      nowSeen.or(labels);
      int witness = labels.isEmpty() ? -1 : witnessFor(labels.nextSetBit(0));
      return new At(
          Phase.VALUE,
          nowSeen,
          rules.max == Regex.UNBOUNDED ? 0 : count + labels.cardinality(),
          witness < 0 ? satisfied : satisfied | 1 << witness,
          0,
          parent);
    }

    /**
     * A member with the key that is nearest among those that bring the end closer, and all behind
     * it.
     */
    private int costOfMember(Costs costs) {
      BitSet open = open();
      BitSet wanted = wanted();
      if (wanted.isEmpty()) {
        return Costs.IMPOSSIBLE;
      }
      Lexeme keys = keyLexeme(open, wanted);
      Costs.Ending key = costs.ending(keys, keys.start());
      int rest =
          Costs.sum(costs.of(syntax.colon), to(Phase.BEFORE_VALUE, key.label()).costOfValue(costs));
      return Costs.sum(key.tokens(), rest);
    }

    /** Between two members: what is missing, then the end. */
    private int costOfRest(Costs costs) {
      boolean first = phase == Phase.OPEN;
      if (canClose()) {
        return costs.of(first ? syntax.closeEmptyObject : syntax.closeObject);
      }
      return costs.remembered(
          new Costs.Rest(ObjectNode.this, new Place(seen, count, satisfied, first)),
          () -> costOfMembers(costs));
    }

    /** In a loop: the members that must come, then the end. */
    private int costOfMembers(Costs costs) {
      ObjectKeys keys = costs.keys(ObjectNode.this, () -> keys(costs));
      int sum = costs.of(syntax.closeObject);
      int commas = phase == Phase.OPEN ? -1 : 0;
      At at = this;
      while (!at.canClose()) {
        BitSet next = at.next(keys);
        for (int l = next.nextSetBit(0);
            l >= 0 && sum < Costs.IMPOSSIBLE;
            l = next.nextSetBit(l + 1)) {
          sum = Costs.sum(sum, Costs.sum(keys.tokens(l), costs.of(syntax.colon)));
          sum = Costs.sum(sum, costs.of(at.nearestValue(l)));
          commas++;
        }
        At before = at;
        at = before.afterNearest(next);
        if (at.satisfied == before.satisfied && at.seen.equals(before.seen)) {
          return Costs.IMPOSSIBLE;
        }
      }
      return Costs.sum(sum, Costs.times(commas, costs.of(syntax.comma)));
    }

    /** The labels of members to come: one, or several where their order does not matter. */
    private BitSet next(ObjectKeys keys) {
      BitSet wanted = wanted();
      if (rules.witnesses.length == 0 && !missing().isEmpty()) {
        return wanted;
      }
      boolean alike = rules.witnesses.length == 0 && rules.dependents == null;
      int count = alike ? rules.min - seen.cardinality() : 1;
      BitSet next = new BitSet();
      int[] nearest = keys.nearest();
      for (int i = 0; i < nearest.length && count > 0; i++) {
        if (wanted.get(nearest[i])) {
          next.set(nearest[i]);
          count--;
        }
      }
      return next;
    }

    /** Open labels that bring the end closer; all open ones if it could come now. */
    private BitSet wanted() {
      BitSet open = open();
      BitSet missing = missing();
      if (!missing.isEmpty() || canClose()) {
        missing.and(open);
        return missing.isEmpty() ? open : missing;
      }
      BitSet helpful = new BitSet();
      for (int l = open.nextSetBit(0); l >= 0; l = open.nextSetBit(l + 1)) {
        helpful.set(l, unsatisfied() > 0 ? witnessFor(l) >= 0 : !seen.get(l));
      }
      return helpful;
    }

    /**
     * A witness that is still open and that a member with this label can satisfy, -1 if there is
     * none.
     */
    private int witnessFor(int l) {
      for (int w = 0; w < rules.witnesses.length; w++) {
        if ((satisfied >> w & 1) == 0 && rules.witnesses[w][l] != null) {
          return w;
        }
      }
      return -1;
    }

    /** Required labels not yet seen, those that seen ones ask for included. */
    private BitSet missing() {
      BitSet missing = (BitSet) rules.required.clone();
      if (rules.dependents != null) {
        missing.or(askedBy(seen));
      }
      missing.andNot(seen);
      return missing;
    }

    private BitSet askedBy(BitSet labels) {
      BitSet all = new BitSet();
      BitSet added = (BitSet) labels.clone();
      added.or(rules.required);
      while (!added.isEmpty()) { // what is asked for asks in turn
        BitSet next = new BitSet();
        for (int l = added.nextSetBit(0); l >= 0; l = added.nextSetBit(l + 1)) {
          if (rules.dependents[l] != null) {
            next.or(rules.dependents[l]);
          }
        }
        next.andNot(all);
        all.or(next);
        added = next;
      }
      return all;
    }

    private int unsatisfied() {
      return rules.witnesses.length - Integer.bitCount(satisfied);
    }

    /** Whether there is room for what must still come. */
    private boolean fits() {
      return rules.max == Regex.UNBOUNDED
          || count + missing().cardinality() + unsatisfied() <= rules.max;
    }

    private boolean canClose() {
      return seen.cardinality() >= rules.min && unsatisfied() == 0 && missing().isEmpty();
    }

    /** Labels that may come next. */
    private BitSet open() {
      BitSet open = (BitSet) usable.clone();
      BitSet used = (BitSet) seen.clone();
      used.and(rules.single);
      open.andNot(used);
      if (rules.max != Regex.UNBOUNDED && rules.dependents == null && rules.witnesses.length == 0) {
        BitSet missing = missing();
        int room = rules.max - count - missing.cardinality();
        if (room <= 0) {
          missing.and(open);
          return room < 0 ? new BitSet() : missing;
        }
      } else if (rules.max != Regex.UNBOUNDED) {
        for (int l = open.nextSetBit(0); l >= 0; l = open.nextSetBit(l + 1)) {
          open.set(l, hasRoom(l));
        }
      }
      return open;
    }

    private boolean hasRoom(int l) {
      BitSet with = (BitSet) seen.clone();
      with.set(l);
      for (int extra = 0; extra <= rules.witnesses.length; extra++) {
        int bit = extra == 0 ? 0 : 1 << extra - 1;
        boolean possible =
            extra == 0 || (satisfied & bit) == 0 && rules.witnesses[extra - 1][l] != null;
        if (possible && new At(Phase.VALUE, with, count + 1, satisfied | bit, 0, parent).fits()) {
          return true;
        }
      }
      return false;
    }
  }
}
