/** Stability statistics of clocks, pure functions of phase data: ADEV and its kin, TDEV, MTIE. */
package org.timehands.stability;
