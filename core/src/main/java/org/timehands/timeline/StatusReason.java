package org.timehands.timeline;

/** Why a reading has the status it has; stored as a number in each segment. */
public enum StatusReason {
  /** The reference is synchronised and was heard lately. */
  FOLLOWING(0, "the reference is followed"),
  /** No reference was ever heard. */
  NO_REFERENCE(1, "no reference was heard yet"),
  /** The host says that its clock is not synchronised. */
  HOST_UNSYNCHRONISED(
      2,
      "the host says its own clock is not synchronised (STA_UNSYNC): run an NTP or PTP daemon"),
  /** The host's clock cannot be asked how good it is. */
  HOST_UNKNOWN(3, "the host's clock does not say how good it is"),
  /** The reference has been silent for longer than its interval allows. */
  REFERENCE_SILENT(4, "the reference is silent: the bound grows by the counter's rated drift"),
  /** The reference has been silent for so long that it counts as lost. */
  REFERENCE_LOST(5, "the reference is lost: nobody vouches for the wall clock any more"),
  /** The host's clock was stepped and the policy says not to follow. */
  STEP_IGNORED(6, "a step of the host's clock was ignored, as the policy says; the bound is wider"),
  /** The host's clock was stepped and the step is being slewed away. */
  STEP_SLEWED(7, "a step of the host's clock is being slewed away, as the policy says"),
  /** The owner of the page has stopped promising time, and this reader may only read. */
  PROMISE_RAN_OUT(8, "the owner of the page is late or gone, and this process may only read it"),
  /** The counter jumped or slept, and this reader may not repair the timeline. */
  COUNTER_DISTURBED(
      9, "the counter was disturbed (sleep, pause or migration); the owner must repair"),
  /** This process cannot read the counter that the segment names. */
  COUNTER_UNREADABLE(10, "this process cannot read the counter that the page is on now"),
  /** The reader did not get its turn; the last promised time was answered. */
  CONTENDED(11, "others were faster three times; the last promised time was answered"),
  /** Set by hand: nobody vouches for it. */
  SET_BY_HAND(12, "the clock was set by hand"),
  /** A segment is sealed and has no successor; the last promised time was answered. */
  PAGE_DAMAGED(
      13, "the page is damaged: its last segment was ended by nobody; start its owner anew"),
  /** More segments were published ahead of the counter than the page keeps. */
  OVERRUN(14, "more updates lie ahead than the page keeps; the first kept time was answered");

  private static final StatusReason[] VALUES = values();

  private final int code;
  private final String words;

  StatusReason(int code, String words) {
    this.code = code;
    this.words = words;
  }

  /** The number that stands for it in a page; never changes. */
  int code() {
    return code;
  }

  /** The reason in words. */
  public String words() {
    return words;
  }

  static StatusReason of(int code) {
    return code >= 0 && code < VALUES.length ? VALUES[code] : NO_REFERENCE;
  }
}
