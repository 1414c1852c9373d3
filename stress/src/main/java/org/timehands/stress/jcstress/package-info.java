/**
 * The hand-over on real processors: what memory ordering allows, looked for by jcstress on the
 * production classes themselves.
 *
 * <p>The models and the interleaver are sequentially consistent; here two threads run at once and
 * compilers and processors reorder what they may. Every test has a weakened twin in {@code
 * weakened}, which leaves out or turns round the one thing that the test is about: jcstress must
 * report its bad outcome, or the test proves nothing. {@code JcstressTest} runs both.
 *
 * <p>Never on the class path of anything published.
 */
package org.timehands.stress.jcstress;
