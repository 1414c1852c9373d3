/**
 * The shared page: one timeline for every process of a host, in two files of one directory.
 *
 * <p>One process owns the page and steers it; any number read it, and go on reading whatever
 * becomes of the owner. What a reader must not trust blindly is checked before it attaches, and
 * refused with one line: the value found, what is allowed, what to do.
 */
package org.timehands.page;
