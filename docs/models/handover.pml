/*
 * The hand-over of the published function, for Debian's spin: readers who extend a horizon, a
 * writer who seals it and may die at any step. README.md beside this file has the commands.
 *
 * Time is a list of segments, never edited. Segment k maps the counter's cycles to time by a line,
 * from start[k] on, up to its horizon start[k] + promised[k]. A reader beyond an open horizon moves
 * it by one CAS; the writer who wants another line seals it by one CAS, and the successor, written
 * before, starts exactly there. Every access to what is shared is one step: "atomic" holds one such
 * access, with whatever local computing goes with it.
 *
 *   MONO  a read that began after another had ended is not less      (assert)
 *   PURE  one cycle has one time; later cycles have later times      (assert)
 *   LIVE  nobody waits for a dead writer                             (no invalid end state)
 *
 * The observer remembers one answer, any one, and compares all later ones with it: over all runs
 * that compares every pair.
 *
 * Mutants, each of which must fail: -DMUTANT_LATE_PUBLISH, -DMUTANT_LEASE_SLOW_TAIL,
 * -DMUTANT_FUTURE_START, -DMUTANT_TWO_STORES, -DMUTANT_EDITED_IN_PLACE, -DMUTANT_REBASED.
 */

#ifndef READERS
#define READERS 2
#endif
#ifndef READS
#define READS 2
#endif
#ifndef UPDATES
#define UPDATES 2
#endif
#ifndef TICKS
#define TICKS 4
#endif
#ifndef LEASE
#define LEASE 2
#endif
/* Lost CASes after which a reader answers the last promise; 0 makes every reader read-only. */
#ifndef LOSSES
#define LOSSES 1
#endif

#define FAST 3
#define SLOW 2
#define SEGMENTS (UPDATES + 1)

#if defined(MUTANT_LATE_PUBLISH) || defined(MUTANT_LEASE_SLOW_TAIL) || defined(MUTANT_FUTURE_START)
#define NO_HORIZON
#endif

byte counter;
byte head;               /* a hint: the newest segment, or an older one */
byte newest;             /* the newest segment that can be reached from the one before it */
byte start[SEGMENTS];
byte base[SEGMENTS];
bool slow[SEGMENTS];
byte promised[SEGMENTS]; /* this and the next are one word */
bool sealed[SEGMENTS];

bool observed;
byte observedCycle;
byte observedTime;

#define SLOPE(k) (slow[k] -> SLOW : FAST)
#define LINE(k, c) (base[k] + (c - start[k]) * SLOPE(k))

init {
  atomic {
    promised[0] = 1;
    run Counter();
    run Writer();
    byte i;
    for (i : 1 .. READERS) {
      run Reader()
    }
  }
}

proctype Counter() {
  do
  :: counter < TICKS -> counter++
  :: counter == TICKS -> break
  od
}

/* Ends a read with the time t of cycle c. */
inline answer(c, t) {
  assert(!after || t >= observedTime);                            /* MONO */
  assert(!observed
    || (c == observedCycle && t == observedTime)
    || (c < observedCycle && t <= observedTime)
    || (c > observedCycle && t >= observedTime));                 /* PURE */
  if
  :: !observed -> observed = true; observedCycle = c; observedTime = t
  :: true
  fi
}

/* Before each of its steps the writer may die; that it may stall for ever goes without saying. */
#define MAY_DIE if :: goto dead :: true fi

/* Writes segment k + 1, from cycle `at` on; nobody can reach it yet. */
inline write(k, at, time) {
  start[k + 1] = at;
  base[k + 1] = time;
  slow[k + 1] = !slow[k];
  promised[k + 1] = 1;
  sealed[k + 1] = false
}

#ifndef NO_HORIZON

proctype Writer() {
  byte k;
  byte h;
  bool won;

  do
  :: k < UPDATES ->
load:
    atomic { MAY_DIE; h = promised[k] };
#if defined(MUTANT_TWO_STORES)
    atomic { MAY_DIE; won = (promised[k] == h); sealed[k] = won };
    if
    :: !won -> goto load
    :: else
    fi;
    atomic { MAY_DIE; write(k, start[k] + h, LINE(k, (start[k] + h))); newest = k + 1 };
#elif defined(MUTANT_EDITED_IN_PLACE)
    atomic { /* turns the line about its point at the horizon */
      if
      :: promised[k] == h -> base[k] = base[k] + h * (FAST - SLOW); slow[k] = true; goto dead
      :: else -> goto load
      fi
    };
#else
#if defined(MUTANT_REBASED)
    /* A writer that believes its own idea of the time, a little behind, and not the page. */
    atomic { MAY_DIE; write(k, start[k] + h, (LINE(k, (start[k] + h)) / 2)) };
#else
    atomic { MAY_DIE; write(k, start[k] + h, LINE(k, (start[k] + h))) };
#endif
    atomic {
      MAY_DIE;
      if
      :: promised[k] == h -> sealed[k] = true; newest = k + 1
      :: else -> goto load
      fi
    };
#endif
    atomic { MAY_DIE; k++; head = k }
  :: k == UPDATES -> break
  od;
dead:
  skip
}

proctype Reader() {
  byte reads;
  byte k;
  byte c;
  byte h;
  byte losses;
  bool after;

  do
  :: reads < READS ->
    atomic {
      after = observed;
      k = head;
      do /* the hint may be old */
      :: k > 0 -> k--
      :: break
      od
    };
    c = counter;
load:
    atomic {
      h = promised[k];
      if
      :: c < start[k] -> k--; goto load
      :: c >= start[k] && c - start[k] < h -> answer(c, LINE(k, c)); goto done
      :: c >= start[k] && c - start[k] >= h && sealed[k] ->
        if
        :: k < newest -> k++; goto load
        :: k == newest -> goto wait
        fi
      :: c >= start[k] && c - start[k] >= h && !sealed[k] && losses == LOSSES ->
        answer((start[k] + h - 1), LINE(k, (start[k] + h - 1)));
        goto done
      :: c >= start[k] && c - start[k] >= h && !sealed[k] && losses < LOSSES
      fi
    };
    atomic {
      if
      :: promised[k] == h && !sealed[k] ->
        promised[k] = c - start[k] + LEASE;
        answer(c, LINE(k, c));
        goto done
      :: else -> losses++; goto load
      fi
    };
wait: /* only where sealing and publishing are two stores */
    k < newest;
    goto load;
done:
    atomic { reads++; k = 0; c = 0; h = 0; losses = 0; after = false }
  :: reads == READS -> break
  od
}

#else /* NO_HORIZON: a line is computed from a counter reading and published later */

proctype Writer() {
  byte k;

  do
  :: k < UPDATES ->
    atomic {
      MAY_DIE;
#if defined(MUTANT_LATE_PUBLISH)
      write(k, counter, LINE(k, counter))
#elif defined(MUTANT_LEASE_SLOW_TAIL)
      write(k, start[k] + LEASE, LINE(k, (start[k] + LEASE)))
#else
      write(k, counter + 1, LINE(k, (counter + 1)))
#endif
    };
    atomic { MAY_DIE; k++; head = k }
  :: k == UPDATES -> break
  od;
dead:
  skip
}

proctype Reader() {
  byte reads;
  byte k;
  byte c;
  bool after;

  do
  :: reads < READS ->
    atomic { after = observed; k = head };
again:
    c = counter;
    atomic {
#if defined(MUTANT_LATE_PUBLISH)
      if
      :: head != k -> k = head; goto again
      :: else
      fi;
#endif
      do
      :: c < start[k] -> k--
      :: else -> break
      od;
#if defined(MUTANT_LEASE_SLOW_TAIL)
      if
      :: c - start[k] >= LEASE -> answer(c, (LINE(k, (start[k] + LEASE)) + c - start[k] - LEASE))
      :: else -> answer(c, LINE(k, c))
      fi;
#else
      answer(c, LINE(k, c));
#endif
      reads++;
      k = 0;
      c = 0;
      after = false
    }
  :: reads == READS -> break
  od
}

#endif
