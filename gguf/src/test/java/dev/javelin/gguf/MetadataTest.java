package dev.javelin.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Getters believe the declared type, never the caller. */
class MetadataTest {
  private final Metadata metadata =
      Metadata.of(
          Map.of(
              "int",
              7,
              "long",
              1L << 40,
              "huge",
              Long.MIN_VALUE,
              "text",
              "hello",
              "float",
              0.5f,
              "flag",
              true,
              "bytes",
              new byte[] {1, 2, 3, 4},
              "words",
              new String[] {"a"},
              "longs",
              new long[] {0, 1L << 40},
              "float array",
              new float[] {1}));

  @Test
  void refusesEveryOtherType() {
    refuses("text", "must be an integer: type=STRING", () -> metadata.intValue("text"));
    refuses("float", "must be an integer: type=F32", () -> metadata.longValue("float"));
    refuses("flag", "must be an integer: type=BOOL", () -> metadata.intValue("flag"));
    refuses("int", "must be a floating-point number: type=U32", () -> metadata.floatValue("int"));
    refuses("int", "must be STRING: type=U32", () -> metadata.string("int"));
    refuses("int", "must be BOOL: type=U32", () -> metadata.bool("int"));
    refuses("int", "must be ARRAY: type=U32", () -> metadata.ints("int"));
    refuses(
        "bytes",
        "must be an array of floating-point numbers: type=ARRAY of 4 I8",
        () -> metadata.floats("bytes"));
    refuses("bytes", "must be an array of strings", () -> metadata.strings("bytes"));
    refuses("float array", "must be an array of integers", () -> metadata.ints("float array"));
    refuses("bytes", "must be an array of booleans", () -> metadata.bools("bytes"));
    refuses(
        "words", "must be STRING: type=ARRAY of 1 STRING", () -> metadata.optionalString("words"));
  }

  @Test
  void refusesValuesThatDoNotFit() {
    refuses("long", "must fit 32 bits: value=1099511627776", () -> metadata.intValue("long"));
    refuses(
        "longs",
        "elements must fit 32 bits: element 1=1099511627776",
        () -> metadata.ints("longs"));
    KeyEncoder encoder = new KeyEncoder();
    encoder.put("u64", ValueType.U64, -1L);
    GgufException e =
        assertThrows(GgufKeyException.class, () -> encoder.toMetadata().longValue("u64"));
    assertTrue(e.getMessage().contains("value=18446744073709551615"), e::getMessage);
  }

  @Test
  void namesTheMissingKeyAndTheFile() {
    refuses("none", "the file must have this key, file=memory", () -> metadata.string("none"));
  }

  @Test
  void optionalGettersAreEmptyOnlyForMissingKeys() {
    assertEquals(OptionalInt.empty(), metadata.optionalInt("none"));
    assertEquals(OptionalInt.of(7), metadata.optionalInt("int"));
    assertEquals(OptionalLong.of(1L << 40), metadata.optionalLong("long"));
    assertEquals(Optional.of("hello"), metadata.optionalString("text"));
    assertEquals(Optional.of(0.5f), metadata.optionalFloat("float"));
    assertEquals(Optional.of(true), metadata.optionalBool("flag"));
    assertEquals(Optional.empty(), metadata.optionalBool("none"));
    assertTrue(metadata.optionalStrings("none").isEmpty());
    assertTrue(metadata.optionalInts("none").isEmpty());
    assertTrue(metadata.optionalFloats("none").isEmpty());
  }

  private static void refuses(String key, String part, Executable getter) {
    GgufException e = assertThrows(GgufKeyException.class, getter);
    assertEquals(key, e.subject());
    assertTrue(e.getMessage().contains(part), e::getMessage);
  }
}
