package org.timehands.bench.timeout;

import org.timehands.bench.timeout.subject.Subject;

/** What is done to one place of many. */
enum Operation {
  /** Cancels and arms anew: what each peer can. */
  CANCEL_ARM("cancel and arm") {
    @Override
    void once(Subject subject, int place, int more) {
      subject.cancelAndArm(place, more);
    }

    @Override
    boolean isOwn(Subject subject) {
      return true;
    }
  },

  /** Arms what is armed, by a call that answers. */
  ARM_ANEW("arm anew") {
    @Override
    void once(Subject subject, int place, int more) {
      subject.armAnew(place, more);
    }

    @Override
    boolean isOwn(Subject subject) {
      return subject.armsAnew();
    }
  },

  /** Puts off what is armed. */
  PUT_OFF("put off") {
    @Override
    void once(Subject subject, int place, int more) {
      subject.putOff(place, more);
    }

    @Override
    boolean isOwn(Subject subject) {
      return subject.putsOff();
    }
  };

  private final String title;

  Operation(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  abstract void once(Subject subject, int place, int more);

  /** Whether the subject has a call for it that is not another operation's. */
  abstract boolean isOwn(Subject subject);
}
