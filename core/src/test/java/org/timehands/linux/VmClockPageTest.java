package org.timehands.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.timehands.testing.Seeds;

/** The hypervisor's page, faked in a file: every field, torn and odd, cut short (A8, 2.6). */
class VmClockPageTest {
  private static final BigInteger TWO = BigInteger.TWO;
  private static final BigInteger SECOND = BigInteger.valueOf(1_000_000_000L);

  @TempDir Path temp;

  private Path file;

  @BeforeEach
  void needsNativeAccess() {
    assumeTrue(NativeAccess.available());
    file = temp.resolve("vmclock0");
  }

  private static ByteBuffer fake() {
    ByteBuffer page =
        ByteBuffer.allocate((int) Pages.pageBytes()).order(ByteOrder.LITTLE_ENDIAN);
    page.putInt(0x00, 0x4b4c4356).putInt(0x04, 4096).putShort(0x08, (short) 1);
    page.put(0x0a, (byte) 1).put(0x0b, (byte) 1).putInt(0x0c, 4);
    page.putLong(0x10, 0x1122_3344_5566_7788L).putLong(0x18, 0x1ff);
    page.put(0x22, (byte) 2).put(0x23, (byte) 1).putShort(0x24, (short) 37);
    page.put(0x26, (byte) 2).put(0x27, (byte) 29);
    // The specification's own example: a period of one nanosecond.
    page.putLong(0x28, 5_000).putLong(0x30, 0x89705F4136B4A597L);
    page.putLong(0x38, 1).putLong(0x40, Long.divideUnsigned(0x89705F4136B4A597L, 20_000));
    page.putLong(0x48, 1_795_000_000L).putLong(0x50, 1L << 63);
    page.putLong(0x58, 70).putLong(0x60, 900).putLong(0x68, 3);
    return page;
  }

  private VmClockPage open(ByteBuffer page) throws IOException {
    Files.write(file, page.array());
    return VmClockPage.open(file);
  }

  @Test
  void fieldsStandWhereTheSpecificationHasThem() throws IOException {
    try (VmClockPage page = open(fake())) {
      VmClockData data = new VmClockData();
      assertTrue(page.read(data, () -> 6_000));
      assertEquals(VmClockData.COUNTER_X86_TSC, data.counterId());
      assertEquals(VmClockData.TIME_TAI, data.timeType());
      assertEquals(4, data.sequence());
      assertEquals(0x1122_3344_5566_7788L, data.marker());
      assertEquals(data.marker(), page.marker(0));
      assertEquals(0x1ff, data.flags());
      assertEquals(VmClockData.STATUS_SYNCHRONIZED, data.clockStatus());
      assertEquals(37, data.taiOffsetSeconds());
      assertEquals(2, data.leapIndicator());
      assertEquals(3, data.generation());
      assertEquals(6_000, data.counterNow());
      assertTrue(data.hasTime());
      assertEquals(1_795_000_000_500_000_000L, data.nanosAt(5_000));
      assertEquals(1_795_000_000_500_001_000L, data.nanosAt(6_000), 1);
      assertEquals(1_795_000_000_499_999_000L, data.nanosAt(4_000), 1);
      // 900 ns, 50 ppm of a second, and what is rounded.
      assertEquals(900 + 50_000, data.boundNanosAt(1_000_005_000L), 3);
    }
  }

  @Test
  void whatIsNotSaidIsNotMadeUp() throws IOException {
    ByteBuffer bare = fake();
    bare.putLong(0x18, 0).put(0x22, (byte) 1).putShort(0x24, (short) -3);
    try (VmClockPage page = open(bare)) {
      VmClockData data = new VmClockData();
      assertTrue(page.read(data, () -> 0));
      assertFalse(data.hasTime());
      assertEquals(0, data.generation());
      assertEquals(-3, data.taiOffsetSeconds());
      assertEquals(Long.MAX_VALUE, data.boundNanosAt(5_000));
    }
  }

  @Test
  void arithmeticAgreesWithWholeNumbers() {
    Seeds.forEach(
        VmClockPageTest.class,
        10,
        random -> {
          for (int i = 0; i < 20; i++) {
            int shift = random.nextInt(40);
            long period = random.nextLong();
            long delta = random.nextLong() >> (20 + random.nextInt(40));
            ByteBuffer fake = fake();
            fake.put(0x27, (byte) (20 + shift)).putLong(0x30, period).putLong(0x28, 777);
            long frac = random.nextLong();
            fake.putLong(0x48, 1_000).putLong(0x50, frac);
            try (VmClockPage page = open(fake)) {
              VmClockData data = new VmClockData();
              assertTrue(page.read(data, () -> 0));
              BigInteger elapsed =
                  BigInteger.valueOf(delta).multiply(unsigned(period)).multiply(SECOND)
                      .divide(TWO.pow(64 + 20 + shift));
              BigInteger base =
                  SECOND.multiply(BigInteger.valueOf(1_000))
                      .add(unsigned(frac).multiply(SECOND).shiftRight(64));
              BigInteger wanted = base.add(elapsed);
              if (wanted.bitLength() < 63) {
                assertEquals(wanted.longValue(), data.nanosAt(777 + delta), 2);
              }
            }
          }
        });
  }

  private static BigInteger unsigned(long word) {
    return new BigInteger(Long.toUnsignedString(word));
  }

  @Test
  void anOddCountIsWaitedForButNotForEver() throws IOException {
    ByteBuffer odd = fake();
    odd.putInt(0x0c, 5);
    try (VmClockPage page = open(odd)) {
      int[] reads = new int[1];
      assertFalse(page.read(new VmClockData(), () -> reads[0]++));
      assertEquals(0, reads[0], "nothing is read while the hypervisor writes");
      assertEquals(42, page.marker(42));
    }
  }

  @Test
  void aPageThatChangesMeanwhileIsReadAgain() throws IOException {
    Files.write(file, fake().array());
    try (VmClockPage page = VmClockPage.open(file);
        Fd fd = Fd.open(file, true);
        Mapping writable = Mapping.files(new Mapping.Part(fd, Pages.pageBytes(), true))) {
      long address = writable.address();
      VmClockData data = new VmClockData();
      int[] reads = new int[1];
      assertTrue(
          page.read(
              data,
              () -> {
                if (reads[0]++ < 3) {
                  // The hypervisor writes all of it while we are in the middle.
                  Memory.set(address + 8, Memory.get(address + 8) + (2L << 32));
                  Memory.set(address + 0x10, 50 + reads[0]);
                }
                return reads[0];
              }));
      assertEquals(4, reads[0]);
      assertEquals(53, data.marker());
      assertEquals(4, data.counterNow());
    }
  }

  /** A hypervisor in another thread; planted: a reader that does not look at the count. */
  @Test
  void noTornPageIsEverReturned() throws Exception {
    Files.write(file, fake().array());
    try (VmClockPage page = VmClockPage.open(file);
        Fd fd = Fd.open(file, true);
        Mapping writable = Mapping.files(new Mapping.Part(fd, Pages.pageBytes(), true))) {
      long address = writable.address();
      write(address, 1);
      Thread hypervisor =
          Thread.ofPlatform().daemon().start(() -> write(address, 300_000));
      VmClockData data = new VmClockData();
      long unguarded = 0;
      long whole = 0;
      long torn = 0;
      // Nothing may fail in here: the page must not go while it is written to.
      while (hypervisor.isAlive() || whole == 0) {
        long first = Memory.getAcquire(address + 0x48);
        Memory.loadLoadFence();
        unguarded += Memory.get(address + 0x50) == first ? 0 : 1;
        if (page.read(data, () -> 0)) {
          whole++;
          // Marker and seconds are written with the same number.
          torn += data.marker() == data.nanosAt(5_000) / 1_000_000_000L ? 0 : 1;
        }
      }
      hypervisor.join();
      assertEquals(0, torn);
      System.out.println(
          "VmClockPageTest: " + whole + " whole, " + unguarded + " torn where nobody looked");
    }
  }

  private static void write(long address, int times) {
    for (long i = 1; i <= times; i++) {
      long head = Memory.get(address + 8);
      Memory.setRelease(address + 8, head + (1L << 32));
      Memory.storeStoreFence();
      Memory.set(address + 0x10, i);
      Memory.set(address + 0x48, i);
      Memory.set(address + 0x50, i);
      Memory.setRelease(address + 8, head + (2L << 32));
    }
  }

  @Test
  void otherPagesAreRefused() throws IOException {
    Files.write(file, new byte[100]);
    IOException small = assertThrows(IOException.class, () -> VmClockPage.open(file));
    assertTrue(small.getMessage().contains("100 bytes"), small.getMessage());
    ByteBuffer magic = fake();
    magic.putInt(0, 7);
    assertTrue(refusal(magic).contains("0x4b4c4356"));
    ByteBuffer version = fake();
    version.putShort(8, (short) 2);
    assertTrue(refusal(version).contains("version 2"));
    ByteBuffer size = fake();
    size.putInt(4, 0x60);
    assertTrue(refusal(size).contains("96 bytes"));
    assertThrows(ErrnoException.class, () -> VmClockPage.open(temp.resolve("none")));
    // A device, but another: it is mapped, looked at and given back.
    IOException device =
        assertThrows(IOException.class, () -> VmClockPage.open(Path.of("/dev/zero")));
    assertTrue(device.getMessage().contains("begins with 0x0"), device.getMessage());
  }

  private String refusal(ByteBuffer page) {
    return assertThrows(IOException.class, () -> open(page)).getMessage();
  }

  @Test
  void aRealPageWhereThereIsOne() throws IOException {
    assumeTrue(
        Files.isReadable(VmClockPage.DEVICE), "skipped: no readable /dev/vmclock0 here");
    try (VmClockPage page = VmClockPage.open(VmClockPage.DEVICE)) {
      VmClockData data = new VmClockData();
      assertTrue(page.read(data, () -> 0));
      assertEquals(data.marker(), page.marker(0));
    }
  }
}
