<?php

declare(strict_types=1);

namespace PixlIpc\Json;

use PixlIpc\Exception\DecodeException;

/**
 * What generated code reads replies with. Takes a decoded JSON value (objects as \stdClass) and its path, and returns it
 * as the type that the contract declares.
 */
final class Decode
{
    /** Days are checked apart. A daemon with zod up to 4.4 takes times without seconds, too. */
    private const INSTANT = '/^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/D';

    /** @throws DecodeException unless it is an integer within ±(2^53−1); `1.0` is one */
    public static function int(mixed $json, string $path = ''): int
    {
        $isSafe = (\is_int($json) || \is_float($json)) && abs($json) <= JsonText::MAX_SAFE_INTEGER;
        // JSON knows no difference between 1.0 and 1.
        if (!$isSafe || (float) $json !== floor((float) $json)) {
            throw new DecodeException($path, 'integer', $json);
        }
        return (int) $json;
    }

    /** @throws DecodeException unless it is a number */
    public static function float(mixed $json, string $path = ''): float
    {
        return \is_int($json) || \is_float($json) ? (float) $json : throw new DecodeException($path, 'number', $json);
    }

    /** @throws DecodeException unless it is a string */
    public static function string(mixed $json, string $path = ''): string
    {
        return \is_string($json) ? $json : throw new DecodeException($path, 'string', $json);
    }

    /** @throws DecodeException unless it is true or false */
    public static function bool(mixed $json, string $path = ''): bool
    {
        return \is_bool($json) ? $json : throw new DecodeException($path, 'boolean', $json);
    }

    /** @throws DecodeException unless it is null */
    public static function null(mixed $json, string $path = ''): null
    {
        return $json === null ? null : throw new DecodeException($path, 'null', $json);
    }

    /**
     * A value that can only be one.
     *
     * @template T of string|int|float|bool
     * @param T $expected
     * @return T
     * @throws DecodeException unless it is that one
     */
    public static function const(mixed $json, string|int|float|bool $expected, string $path = ''): string|int|float|bool
    {
        return $json === $expected
            ? $expected
            : throw new DecodeException($path, (string) json_encode($expected, JSON_UNESCAPED_SLASHES), $json);
    }

    /**
     * @template T of \BackedEnum
     * @param class-string<T> $enum backed by strings
     * @return T
     * @throws DecodeException unless it is one of the enum's values
     */
    public static function enum(mixed $json, string $enum, string $path = ''): \BackedEnum
    {
        $case = \is_string($json) ? $enum::tryFrom($json) : null;
        if ($case === null) {
            $values = array_map(static fn(\BackedEnum $case): string => (string) $case->value, $enum::cases());
            throw new DecodeException($path, 'one of ' . implode(', ', $values), $json);
        }
        return $case;
    }

    /**
     * @throws DecodeException unless it is a time as contracts take it: as in RFC 3339, of a day that exists, without leap
     *   seconds
     */
    public static function instant(mixed $json, string $path = ''): \DateTimeImmutable
    {
        if (!\is_string($json) || preg_match(self::INSTANT, $json) !== 1) {
            throw new DecodeException($path, 'time as in RFC 3339', $json);
        }
        try {
            $instant = new \DateTimeImmutable($json);
        } catch (\Exception) {
            throw new DecodeException($path, 'time as in RFC 3339', $json);
        }
        // PHP makes the 3rd of March of a 31st of February.
        return str_starts_with($json, $instant->format('Y-m-d'))
            ? $instant
            : throw new DecodeException($path, 'time of a day that exists', $json);
    }

    /**
     * @template T
     * @param callable(mixed $item, string $path): T $item
     * @return list<T>
     * @throws DecodeException unless it is an array of such items
     */
    public static function list(mixed $json, callable $item, string $path = ''): array
    {
        if (!\is_array($json)) {
            throw new DecodeException($path, 'array', $json);
        }
        $items = [];
        foreach (array_values($json) as $index => $value) {
            $items[] = $item($value, "{$path}/{$index}");
        }
        return $items;
    }

    /**
     * An object of any keys. PHP makes integers of keys that look like one.
     *
     * @template T
     * @param callable(mixed $value, string $path): T $value
     * @return array<array-key, T>
     * @throws DecodeException unless it is an object of such values
     */
    public static function map(mixed $json, callable $value, string $path = ''): array
    {
        $map = [];
        foreach (get_object_vars(self::object($json, $path)) as $key => $member) {
            $map[$key] = $value($member, JsonPath::member($path, $key));
        }
        return $map;
    }

    /** @throws DecodeException unless it is an object */
    public static function object(mixed $json, string $path = ''): \stdClass
    {
        return $json instanceof \stdClass ? $json : throw new DecodeException($path, 'object', $json);
    }

    /**
     * A member that must be there; its value may be null.
     *
     * @throws DecodeException if it is not
     */
    public static function required(\stdClass $object, string $key, string $path = ''): mixed
    {
        $member = self::optional($object, $key);
        if ($member === Absent::Value) {
            throw new DecodeException(JsonPath::member($path, $key), 'a value', null);
        }
        return $member;
    }

    /** A member that may be missing: Absent::Value where it is. */
    public static function optional(\stdClass $object, string $key): mixed
    {
        return property_exists($object, $key) ? $object->{$key} : Absent::Value;
    }
}
