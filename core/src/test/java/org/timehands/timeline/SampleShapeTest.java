package org.timehands.timeline;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import org.junit.jupiter.api.Test;

/** Holds what the speed of a snapshot hangs on and no other test would notice. */
class SampleShapeTest {
  /** HotSpot's FreqInlineSize: a hot method above it is compiled by itself. */
  private static final int INLINED_UP_TO_BYTES = 325;

  @Test
  void fillIsTooLargeToBeInlined() throws IOException {
    int size = codeBytes("fill");
    assertTrue(
        size > INLINED_UP_TO_BYTES,
        "Sample.fill has " + size + " bytes of code; the comment there says why it needs more than "
            + INLINED_UP_TO_BYTES);
  }

  @Test
  void theMeasureTellsSmallMethods() throws IOException {
    int size = codeBytes("fillStamp");
    assertTrue(size > 0 && size < INLINED_UP_TO_BYTES, "fillStamp has " + size + " bytes");
  }

  private static int codeBytes(String method) throws IOException {
    try (InputStream stored = Sample.class.getResourceAsStream("Sample.class")) {
      ClassModel model = ClassFile.of().parse(stored.readAllBytes());
      return model.methods().stream()
          .filter(each -> each.methodName().equalsString(method))
          .map(SampleShapeTest::code)
          .mapToInt(CodeAttribute::codeLength)
          .findFirst()
          .orElseThrow();
    }
  }

  private static CodeAttribute code(MethodModel method) {
    return (CodeAttribute) method.code().orElseThrow();
  }
}
