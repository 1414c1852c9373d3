/** Netty's {@code Timer} and {@code Ticker} on our timeouts and clocks. */
package org.timehands.netty;
