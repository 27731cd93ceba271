<?php

declare(strict_types=1);

namespace PixlIpc\Json;

/**
 * Values ⇄ JSON text by the project's rules: objects come back as objects, so that `{}` is never `[]`; floats keep their
 * fraction.
 *
 * @see docs/protocol.md#json-rules
 */
final class JsonText
{
    /** The greatest integer, and its negative the least, that every reader of JSON takes for itself: 2^53−1. */
    public const MAX_SAFE_INTEGER = 9_007_199_254_740_991;

    /** The `serialize_precision` that writes as many digits of a float as it takes to read the same one back. */
    private const EXACT = '-1';

    private const ENCODE = JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE;

    /**
     * @param positive-int $maxDepth levels of nesting, inclusive
     * @throws \JsonException if the value has no JSON: invalid UTF-8, NaN, INF, a cycle, too deep
     */
    public static function encode(mixed $value, int $maxDepth): string
    {
        if (\ini_get('serialize_precision') === self::EXACT) {
            return json_encode($value, self::ENCODE, $maxDepth);
        }
        $precision = ini_set('serialize_precision', self::EXACT);
        try {
            return json_encode($value, self::ENCODE, $maxDepth);
        } finally {
            ini_set('serialize_precision', (string) $precision);
        }
    }

    /** @throws \JsonException if it is not valid UTF-8 */
    public static function quote(string $text): string
    {
        return json_encode($text, self::ENCODE);
    }

    /** What is not valid UTF-8 becomes U+FFFD. */
    public static function quoteLossy(string $text): string
    {
        return (string) json_encode($text, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE);
    }

    /**
     * @param positive-int $maxDepth levels of nesting, inclusive
     * @param bool $associative objects become associative arrays, as the original's PHP client has them
     * @throws \JsonException if the text is not JSON, or an object of it has a key that begins with NUL, which no object of
     *   PHP can have
     */
    public static function decode(string $text, int $maxDepth, bool $associative = false): mixed
    {
        // PHP's decoder counts one level more than its encoder.
        return json_decode($text, $associative, $maxDepth + 1, JSON_THROW_ON_ERROR);
    }

    /**
     * Whether the text, as {@see encode()} writes it, holds a number that begins with sixteen digits: only then can there be
     * an integer beyond 2^53. Looking for them in the text is far cheaper than looking at every value, and each of what may
     * stand before a number is found at the speed of memory, where all of them together would be tried at every character.
     */
    public static function mayHoldUnsafeInteger(string $text): bool
    {
        return preg_match('/:(?=-?\d{16})/', $text) === 1
            || preg_match('/,(?=-?\d{16})/', $text) === 1
            || preg_match('/\[(?=-?\d{16})/', $text) === 1;
    }
}
