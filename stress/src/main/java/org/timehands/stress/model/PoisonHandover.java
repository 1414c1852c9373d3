package org.timehands.stress.model;

/**
 * A bad reader promises an absurd horizon, and the writer takes the promise back.
 *
 * <p>While the horizon is absurd every reader may answer its own cycle, whatever that is. To take
 * the promise back is to find a horizon beyond all those cycles, although nobody knows them. What
 * is known: a reader samples the counter before it loads the word, so no cycle that was answered
 * under a word is more than what the counter shows once the word has gone.
 *
 * <pre>
 *   writer   now = 1            CAS: H = absurd -&gt; now + margin = 2     now = 5, so H -&gt; 6
 *   reader             reads 4, loads H = absurd, answers T(4)
 *   holder                                                      loads H = 2, answers T(1) ?
 * </pre>
 *
 * <p>So the writer may not seal before the counter, read again, is below the horizon; and since the
 * holder cannot tell a lowered horizon from an honest one, a word of the page (RECOVERING) tells
 * it: set before the horizon is lowered, cleared when the check has passed. It is also what a
 * writer that takes over must know.
 */
final class PoisonHandover extends ChainModel {
  /** What of the cure is left out. */
  enum Cure {
    /** Nothing. */
    RULE,
    /** The writer lowers the horizon and seals without looking at the counter again. */
    SEALED_UNCHECKED,
    /** A writer that takes over clears RECOVERING, as if the page were its own. */
    TAKEOVER_FORGETS,
    /** Readers load the horizon before they sample the counter. */
    READERS_LOAD_FIRST,
    /** A reader that holds does not look at RECOVERING. */
    HELD_UNCHECKED,
    /** It looks, but does not load the horizon a second time. */
    HELD_ON_ONE_LOAD
  }

  private static final int LOAD = 0;
  private static final int NOW = 1;
  private static final int RAISE = 2;
  private static final int FLAG = 3;
  private static final int LOWER = 4;
  private static final int CLEAR = 5;
  private static final int WRITE = 6;
  private static final int SEAL = 7;
  private static final int HEAD = 8;

  private static final int FLAG_LOAD = OWN;
  private static final int SECOND_LOAD = OWN + 1;
  private static final int EARLY_WORD = OWN + 2;
  private static final int LATE_COUNTER = OWN + 3;

  /** How far beyond the present the writer promises when it corrects a horizon. */
  private static final int MARGIN = 1;

  private final Cure cure;
  private final int poisons;
  private final int deaths;
  private final int poisonsUsed;
  private final int deathsUsed;
  private final int recovering;
  private final int writerPc;
  private final int writerWord;
  private final int writerTarget;

  PoisonHandover(Cure cure, Size size, int poisons, int deaths) {
    super(size, size.ticks() + size.lease() + size.updates() + 3);
    this.cure = cure;
    this.poisons = poisons;
    this.deaths = deaths;
    poisonsUsed = layout.variable("poisonsUsed", poisons);
    deathsUsed = layout.variable("deathsUsed", deaths);
    recovering = layout.variable("recovering", 1);
    writerPc = layout.variable("writerPc", HEAD);
    writerWord = layout.variable("writerWord", chain.maxCycle);
    writerTarget = layout.variable("writerTarget", chain.maxCycle);
  }

  @Override
  public String name() {
    return Words.name("horizon poison", cure, size) + ", " + Words.count(poisons, "poisoning")
        + ", " + Words.count(deaths, "death");
  }

  @Override
  void clearOthers(int[] s) {
    toLoad(s);
    s[poisonsUsed] = 0;
    s[deathsUsed] = 0;
  }

  private void toLoad(int[] next) {
    next[writerPc] = LOAD;
    next[writerWord] = 0;
    next[writerTarget] = 0;
  }

  @Override
  void otherSteps(int[] s, Steps out) {
    poison(s, out);
    die(s, out);
    switch (s[writerPc]) {
      case LOAD -> loadHorizon(s, out);
      case NOW -> checkHorizon(s, out);
      case RAISE, LOWER -> correct(s, out);
      case FLAG -> storeRecovering(s, 1, LOWER, out);
      case CLEAR -> storeRecovering(s, 0, WRITE, out);
      case WRITE -> writeSuccessor(s, out);
      case SEAL -> seal(s, out);
      default -> storeHead(s, out);
    }
  }

  /** The bad reader's CAS: one absurd value that the counter may reach, one that it never does. */
  private void poison(int[] s, Steps out) {
    int k = s[newest];
    if (s[poisonsUsed] == poisons) {
      return;
    }
    int barelyAbsurd = s[counter] + size.lease() + 2;
    for (int value : new int[] {barelyAbsurd, chain.maxCycle}) {
      if (value > chain.horizon(s, k)) {
        int[] next = out.next();
        next[poisonsUsed]++;
        next[chain.promised[k]] = value - s[chain.start[k]];
        out.take("a bad reader promises segment %d up to %d", k, value);
      }
    }
  }

  /** Taking over from the page is {@link RingModel}'s subject; here it finds the newest segment. */
  private void die(int[] s, Steps out) {
    if (s[deathsUsed] == deaths) {
      return;
    }
    int[] next = out.next();
    if (s[writerPc] == SEAL) {
      chain.discard(next, s[newest] + 1);
    }
    next[deathsUsed]++;
    toLoad(next);
    next[head] = s[newest];
    if (cure == Cure.TAKEOVER_FORGETS) {
      next[recovering] = 0;
    }
    out.take("the writer dies, and another takes over from the page");
  }

  private void loadHorizon(int[] s, Steps out) {
    int k = s[newest];
    if (k < size.updates()) {
      int[] next = out.next();
      next[writerWord] = s[chain.promised[k]];
      next[writerPc] = NOW;
      out.take("writer loads the horizon of segment %d: %d", k, chain.horizon(s, k));
    }
  }

  /** The counter is read after the word: on that the check rests. */
  private void checkHorizon(int[] s, Steps out) {
    int k = s[newest];
    int now = s[counter];
    int horizon = s[chain.start[k]] + s[writerWord];
    int target = Math.max(now + MARGIN - s[chain.start[k]], Chain.FIRST_PROMISE);
    int[] next = out.next();
    if (horizon > now + size.lease() + 1) {
      next[writerPc] = s[recovering] == 1 || cure == Cure.SEALED_UNCHECKED ? LOWER : FLAG;
      next[writerTarget] = target;
      out.take("writer reads the counter, %d, and finds the horizon %d absurd", now, horizon);
    } else if (s[recovering] == 1 && now >= horizon) {
      next[writerPc] = RAISE;
      next[writerTarget] = target;
      out.take("writer reads the counter, %d, and must raise the horizon %d", now, horizon);
    } else {
      next[writerPc] = s[recovering] == 1 ? CLEAR : WRITE;
      out.take("writer reads the counter, %d, and may seal at %d", now, horizon);
    }
  }

  private void correct(int[] s, Steps out) {
    int k = s[newest];
    int[] next = out.next();
    toLoad(next);
    if (s[chain.promised[k]] != s[writerWord]) {
      out.take("writer's CAS to correct the horizon is lost");
    } else {
      next[chain.promised[k]] = s[writerTarget];
      out.take("writer corrects the horizon to %d", s[chain.start[k]] + s[writerTarget]);
    }
  }

  private void storeRecovering(int[] s, int value, int then, Steps out) {
    int[] next = out.next();
    next[recovering] = value;
    next[writerPc] = then;
    out.take("writer stores RECOVERING = %d", value);
  }

  private void writeSuccessor(int[] s, Steps out) {
    int k = s[newest];
    int at = s[chain.start[k]] + s[writerWord];
    int[] next = out.next();
    chain.write(next, k + 1, at, chain.line(s, k, at));
    next[writerPc] = SEAL;
    out.take("writer writes segment %d, not yet visible, from cycle %d", k + 1, at);
  }

  private void seal(int[] s, Steps out) {
    int k = s[newest];
    int[] next = out.next();
    toLoad(next);
    if (s[chain.promised[k]] != s[writerWord]) {
      chain.discard(next, k + 1);
      out.take("writer's CAS to seal segment %d is lost", k);
    } else {
      next[chain.sealed[k]] = 1;
      next[newest] = k + 1;
      next[writerPc] = HEAD;
      out.take("writer seals segment %d at %d, which publishes %d", k, chain.horizon(s, k), k + 1);
    }
  }

  private void storeHead(int[] s, Steps out) {
    int[] next = out.next();
    next[head] = s[newest];
    next[writerPc] = LOAD;
    out.take("writer stores the head hint: segment %d", s[newest]);
  }

  // What readers do beyond the common rule.

  @Override
  int afterHint() {
    return cure == Cure.READERS_LOAD_FIRST ? EARLY_WORD : COUNTER;
  }

  @Override
  public int soloStepLimit() {
    // A reader that holds loads RECOVERING and the word once more.
    return super.soloStepLimit() + 2;
  }

  @Override
  public void readerSteps(int[] s, int r, Steps out) {
    switch (s[pc[r]]) {
      case FLAG_LOAD -> loadRecovering(s, r, out);
      case SECOND_LOAD -> loadWordAgain(s, r, out);
      case EARLY_WORD -> loadWordEarly(s, r, out);
      case LATE_COUNTER -> readCounterLate(s, r, out);
      default -> super.readerSteps(s, r, out);
    }
  }

  @Override
  void hold(int[] s, int r, Steps out) {
    if (cure == Cure.HELD_UNCHECKED) {
      super.hold(s, r, out);
      return;
    }
    int k = s[segment[r]];
    int[] next = out.next();
    next[pc[r]] = FLAG_LOAD;
    next[word[r]] = s[chain.promised[k]];
    out.take("reader %d would hold segment %d's last promise, %d", r, k, heldCycle(s, r));
  }

  private void loadRecovering(int[] s, int r, Steps out) {
    int[] next = out.next();
    if (s[recovering] == 0) {
      next[pc[r]] = SECOND_LOAD;
      out.take("reader %d finds RECOVERING = 0", r);
    } else if (r < size.readOnly()) {
      layout.clearReader(next, r);
      out.take("reader %d, read-only, finds RECOVERING = 1 and ends without an answer", r);
    } else {
      next[pc[r]] = CAS;
      out.take("reader %d finds RECOVERING = 1 and tries to extend once more", r);
    }
  }

  private void loadWordAgain(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    boolean same = s[chain.promised[k]] == s[word[r]] && s[chain.sealed[k]] == 0;
    int[] next = out.next();
    if (same || cure == Cure.HELD_ON_ONE_LOAD) {
      answer(s, r, s[chain.start[k]] + s[word[r]] - 1, out);
    } else {
      next[pc[r]] = WORD;
      next[word[r]] = 0;
      out.take("reader %d finds that the horizon of segment %d has moved", r, k);
    }
  }

  private void loadWordEarly(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    int[] next = out.next();
    next[word[r]] = s[chain.promised[k]];
    next[pc[r]] = LATE_COUNTER;
    out.take("reader %d loads the horizon of segment %d: %d", r, k, chain.horizon(s, k));
  }

  /** Within the early promise it answers; else it does as the others, with a word loaded anew. */
  private void readCounterLate(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    int c = s[counter];
    int[] next = out.next();
    if (c >= s[chain.start[k]] && c - s[chain.start[k]] < s[word[r]]) {
      answer(s, r, c, out);
      return;
    }
    next[cycle[r]] = c;
    next[word[r]] = 0;
    next[pc[r]] = WORD;
    out.take("reader %d reads the counter: %d", r, c);
  }
}
