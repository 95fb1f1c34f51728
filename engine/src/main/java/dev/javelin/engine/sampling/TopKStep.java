package dev.javelin.engine.sampling;

/** Keeps the k best tokens, best first; the lower id wins among equals. */
final class TopKStep implements SamplerStep {
  private final TopSelection selection;

  TopKStep(int k) {
    selection = new TopSelection(k);
  }

  @Override
  public void apply(Candidates candidates) {
    selection.select(
        candidates.wholeScores(),
        candidates.wholeOffset(),
        candidates.vocabularySize(),
        selection.capacity());
    candidates.startList();
    for (int rank = 0; rank < selection.size(); rank++) {
      candidates.add(selection.id(rank), selection.score(rank));
    }
  }
}
