/** A door into Caffeine: its wheel is visible in its own package only. */
package com.github.benmanes.caffeine.cache;
