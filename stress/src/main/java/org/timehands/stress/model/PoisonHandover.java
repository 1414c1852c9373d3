package org.timehands.stress.model;

/**
 * A bad reader promises an absurd horizon, and the writer takes the promise back by freezing it.
 *
 * <p>While the horizon is absurd every reader may answer its own cycle, whatever that is. To take
 * the promise back is to find a horizon beyond all those cycles, although nobody knows them. What
 * is known: a reader samples the counter before it loads the word, so no cycle that was answered
 * under a word is more than what the counter shows once the word has gone.
 *
 * <pre>
 *   writer   CAS: H = absurd -&gt; frozen word 1, which promises nothing
 *   reader                      meets frozen 1, samples now = 4, CAS: frozen 1 -&gt; 4 + step
 *   writer                      samples now = 5, loses its CAS from frozen 1
 * </pre>
 *
 * <p>So whoever thaws has sampled after the freezing and promises more than all that was answered
 * before it. No two frozen words are alike, or a CAS that slept through a second freezing would
 * bring the bound of the first. Here a frozen word's number is that of the poisonings so far: two
 * freezings have a poisoning between them. Core has the owner's epoch and a count for it.
 *
 * <p>A reader that may only read waits for somebody to thaw, a bounded number of times, and then
 * answers its own cycle unpromised. Such an answer is compared with all that were given before it.
 * With those that are given after it only {@link Cure#UNPROMISED_COUNTED} compares it, and breaks,
 * and {@link Cure#UNPROMISED_AND_PROMPT}, which shows that nothing else is needed for it to hold.
 */
final class PoisonHandover extends ChainModel {
  /** What of the cure is changed. */
  enum Cure {
    /** Nothing. */
    RULE,
    /** Unpromised answers are held against later ones. */
    UNPROMISED_COUNTED,
    /** They are, and nobody thaws whose sample is a step old: this holds. */
    UNPROMISED_AND_PROMPT,
    /** All frozen words are the same. */
    SAME_FROZEN_WORD,
    /** A reader that meets a frozen word thaws it by the sample that it has already. */
    READER_SAMPLED_EARLY,
    /** The writer thaws by the sample by which it found the horizon absurd. */
    WRITER_SAMPLED_EARLY,
    /** The writer seals the word that it has frozen. */
    FROZEN_SEALED,
    /** A writer that finds another's frozen word takes it for a horizon that can be sealed. */
    TAKEOVER_IGNORES_FROZEN,
    /** Readers load the horizon before they sample the counter. */
    READERS_LOAD_FIRST,
    /** The writer lowers the horizon to its sample and a step, by one CAS. */
    LOWERED_WITHOUT_FREEZING
  }

  private static final int LOAD = 0;
  private static final int CHECK = 1;
  private static final int FREEZE = 2;
  private static final int SAMPLE = 3;
  private static final int THAW = 4;
  private static final int WRITE = 5;
  private static final int SEAL = 6;
  private static final int HEAD = 7;

  private static final int READER_THAW = OWN;
  private static final int EARLY_WORD = OWN + 1;
  private static final int LATE_COUNTER = OWN + 2;

  private final Cure cure;
  private final int poisons;
  private final int deaths;
  private final int poisonsUsed;
  private final int deathsUsed;
  private final int[] frozen;
  private final int[] seen;
  private final int writerPc;
  private final int writerWord;
  private final int writerFrozen;
  private final int writerSample;

  PoisonHandover(Cure cure, Size size, int poisons, int deaths) {
    super(size, size.ticks() + size.lease() + size.updates() + 3);
    this.cure = cure;
    this.poisons = poisons;
    this.deaths = deaths;
    poisonsUsed = layout.variable("poisonsUsed", poisons);
    deathsUsed = layout.variable("deathsUsed", deaths);
    frozen = layout.variables("frozen", chain.segments, poisons);
    seen = layout.readerVariables("frozen word seen", size.readers(), poisons);
    writerPc = layout.variable("writerPc", HEAD);
    writerWord = layout.variable("writerWord", chain.maxCycle);
    writerFrozen = layout.variable("writerFrozen", poisons);
    writerSample = layout.variable("writerSample", chain.maxCycle);
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
    next[writerFrozen] = 0;
    next[writerSample] = 0;
  }

  @Override
  void otherSteps(int[] s, Steps out) {
    poison(s, out);
    die(s, out);
    switch (s[writerPc]) {
      case LOAD -> loadHorizon(s, out);
      case CHECK -> checkHorizon(s, out);
      case FREEZE -> freeze(s, out);
      case SAMPLE -> sample(s, out);
      case THAW -> thaw(s, out);
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
        next[frozen[k]] = 0;
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
    out.take("the writer dies, and another takes over from the page");
  }

  private void loadHorizon(int[] s, Steps out) {
    int k = s[newest];
    int[] next = out.next();
    if (s[frozen[k]] == 0) {
      next[writerWord] = s[chain.promised[k]];
      next[writerPc] = CHECK;
      out.take("writer loads the horizon of segment %d: %d", k, chain.horizon(s, k));
    } else if (cure != Cure.TAKEOVER_IGNORES_FROZEN) {
      next[writerFrozen] = s[frozen[k]];
      next[writerPc] = SAMPLE;
      out.take("writer finds the horizon of segment %d frozen: %d", k, s[frozen[k]]);
    } else if (k < size.updates()) {
      next[writerFrozen] = s[frozen[k]];
      next[writerPc] = WRITE;
      out.take("writer takes the frozen horizon of segment %d for one that ends there", k);
    }
  }

  /** What is written here last is no more than a step ahead, unless it is a new segment's. */
  private void checkHorizon(int[] s, Steps out) {
    int k = s[newest];
    int now = s[counter];
    int horizon = s[chain.start[k]] + s[writerWord];
    int[] next = out.next();
    if (s[writerWord] != Chain.FIRST_PROMISE && horizon > now + size.lease() + 1) {
      next[writerPc] = FREEZE;
      boolean kept =
          cure == Cure.WRITER_SAMPLED_EARLY || cure == Cure.LOWERED_WITHOUT_FREEZING;
      next[writerSample] = kept ? now : 0;
      out.take("writer reads the counter, %d, and finds the horizon %d absurd", now, horizon);
    } else if (k < size.updates()) {
      next[writerPc] = WRITE;
      out.take("writer reads the counter, %d, and may seal at %d", now, horizon);
    } else {
      toLoad(next);
      out.take("writer reads the counter, %d, and finds the horizon %d right", now, horizon);
    }
  }

  private void freeze(int[] s, Steps out) {
    int k = s[newest];
    int[] next = out.next();
    if (s[chain.promised[k]] != s[writerWord] || s[frozen[k]] != 0) {
      toLoad(next);
      out.take("writer's CAS to take the promise back is lost");
      return;
    }
    if (cure == Cure.LOWERED_WITHOUT_FREEZING) {
      toLoad(next);
      promise(next, k, s[writerSample]);
      out.take("writer lowers the horizon to %d", chain.horizon(next, k));
      return;
    }
    int number = cure == Cure.SAME_FROZEN_WORD ? 1 : s[poisonsUsed];
    next[chain.promised[k]] = 0;
    next[frozen[k]] = number;
    next[writerWord] = 0;
    next[writerFrozen] = number;
    boolean unbounded = cure == Cure.FROZEN_SEALED && k < size.updates();
    next[writerPc] = unbounded ? WRITE : cure == Cure.WRITER_SAMPLED_EARLY ? THAW : SAMPLE;
    out.take("writer freezes the horizon of segment %d: %d", k, number);
  }

  /** The counter is read after the frozen word was seen: on that the bound rests. */
  private void sample(int[] s, Steps out) {
    int[] next = out.next();
    next[writerSample] = s[counter];
    next[writerPc] = THAW;
    out.take("writer reads the counter: %d", s[counter]);
  }

  private void thaw(int[] s, Steps out) {
    int k = s[newest];
    int[] next = out.next();
    toLoad(next);
    if (s[frozen[k]] == s[writerFrozen] && prompt(s, s[writerSample])) {
      promise(next, k, s[writerSample]);
      out.take("writer thaws the horizon of segment %d: %d", k, chain.horizon(next, k));
    } else {
      out.take("writer's CAS to thaw segment %d is lost", k);
    }
  }

  /** Whether a sample is young enough to thaw by it; for the rule it always is. */
  private boolean prompt(int[] s, int sample) {
    return cure != Cure.UNPROMISED_AND_PROMPT || s[counter] < sample + size.lease();
  }

  private void promise(int[] next, int k, int sample) {
    int ahead = sample + size.lease() - next[chain.start[k]];
    next[chain.promised[k]] = Math.max(ahead, Chain.FIRST_PROMISE);
    next[frozen[k]] = 0;
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
    if (s[chain.promised[k]] != s[writerWord] || s[frozen[k]] != s[writerFrozen]) {
      chain.discard(next, k + 1);
      out.take("writer's CAS to seal segment %d is lost", k);
    } else {
      next[chain.sealed[k]] = 1;
      next[frozen[k]] = 0;
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
    // The counter and the word again: once on seeing a frozen word, and for each time of waiting.
    return super.soloStepLimit() + 2 + 2 * size.losses();
  }

  @Override
  public void readerSteps(int[] s, int r, Steps out) {
    switch (s[pc[r]]) {
      case WORD -> {
        if (s[frozen[s[segment[r]]]] == 0) {
          super.readerSteps(s, r, out);
        } else {
          meetFrozen(s, r, out);
        }
      }
      case READER_THAW -> readerThaws(s, r, out);
      case EARLY_WORD -> loadWordEarly(s, r, out);
      case LATE_COUNTER -> readCounterLate(s, r, out);
      default -> super.readerSteps(s, r, out);
    }
  }

  private void meetFrozen(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    int number = s[frozen[k]];
    if (number != s[seen[r]] && cure != Cure.READER_SAMPLED_EARLY) {
      int[] next = out.next();
      next[seen[r]] = number;
      sampleAgain(next, r);
      out.take("reader %d finds the horizon of segment %d frozen: %d", r, k, number);
    } else if (s[cycle[r]] < s[chain.start[k]]) {
      decide(s, r, s[cycle[r]], out);
    } else if (r < size.readOnly()) {
      waitOrAnswer(s, r, out);
    } else {
      int[] next = out.next();
      next[seen[r]] = number;
      next[pc[r]] = READER_THAW;
      out.take("reader %d at cycle %d will thaw the frozen horizon %d", r, s[cycle[r]], number);
    }
  }

  private void sampleAgain(int[] next, int r) {
    next[pc[r]] = COUNTER;
    next[cycle[r]] = 0;
  }

  /** A reader that may only read counts how often it waited where others count lost CASes. */
  private void waitOrAnswer(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    int at = s[cycle[r]];
    int[] next = out.next();
    if (s[losses[r]] < size.losses()) {
      next[losses[r]]++;
      sampleAgain(next, r);
      out.take("reader %d, read-only, waits for somebody to thaw segment %d", r, k);
    } else if (cure == Cure.UNPROMISED_COUNTED || cure == Cure.UNPROMISED_AND_PROMPT) {
      answer(s, r, at, out);
    } else {
      observer.lastAnswer(out, r, k, at, at, chain.line(s, k, at));
    }
  }

  private void readerThaws(int[] s, int r, Steps out) {
    int k = s[segment[r]];
    int[] next = out.next();
    if (s[frozen[k]] == s[seen[r]] && prompt(s, s[cycle[r]])) {
      promise(next, k, s[cycle[r]]);
      answer(s, r, s[cycle[r]], out);
    } else {
      sampleAgain(next, r);
      out.take("reader %d loses its CAS to thaw segment %d", r, k);
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
