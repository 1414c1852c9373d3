package org.timehands.stability;

/** The two data sets of NIST SP 1065 (2008), 12.4, by which such programs are checked. */
final class Nbs {
  private static final long FIRST = 1_234_567_890;
  private static final long FACTOR = 16_807;
  private static final long MODULUS = 2_147_483_647;

  private Nbs() {}

  /** NBS14: nine frequencies, ten points of phase. */
  static double[] nine() {
    return new double[] {892, 809, 823, 798, 671, 644, 883, 903, 677};
  }

  /** A thousand frequencies by a prescribed generator. */
  static double[] thousand() {
    double[] frequency = new double[1000];
    long n = FIRST;
    for (int i = 0; i < frequency.length; i++) {
      frequency[i] = (double) n / MODULUS;
      n = FACTOR * n % MODULUS;
    }
    return frequency;
  }
}
