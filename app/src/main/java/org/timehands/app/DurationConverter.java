package org.timehands.app;

import org.timehands.app.text.Durations;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations for picocli. */
final class DurationConverter implements ITypeConverter<Duration> {
  DurationConverter() {}

  @Override
  public Duration convert(String text) {
    try {
      return new Duration(Durations.parseNanos(text), text);
    } catch (IllegalArgumentException wrong) {
      throw new TypeConversionException(wrong.getMessage());
    }
  }
}
