package org.timehands.stability;

/**
 * A running sum that keeps what each addition rounds away (A. Neumaier, 1974): its error is that of
 * one rounding, however many terms come and go.
 */
final class Sum {
  private double sum;
  private double lost;

  void add(double term) {
    double next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? (sum - next) + term : (term - next) + sum;
    sum = next;
  }

  double value() {
    return sum + lost;
  }
}
