<?php

declare(strict_types=1);

namespace PixlIpc\Exception;

/** A value does not have the shape that the contract declares: `/lines/0/qty: expected integer, got string`. */
final class DecodeException extends ProtocolException
{
    /**
     * @param string $path where, as a JSON pointer; empty for the whole value
     * @param string $expected in words
     */
    public function __construct(public readonly string $path, string $expected, mixed $value)
    {
        $place = $path === '' ? 'the whole value' : $path;
        parent::__construct("{$place}: expected {$expected}, got " . self::typeOf($value));
    }

    /** As JSON names types; of text, nothing is told. */
    private static function typeOf(mixed $value): string
    {
        return match (true) {
            $value === null => 'null',
            \is_bool($value) => 'boolean',
            \is_int($value) => "integer {$value}",
            \is_float($value) => "number {$value}",
            \is_string($value) => 'string',
            \is_array($value) => 'array',
            default => 'object',
        };
    }
}
