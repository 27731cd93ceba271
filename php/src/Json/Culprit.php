<?php

declare(strict_types=1);

namespace PixlIpc\Json;

/** The first value, in the order of the JSON, that cannot be sent, and why. */
final readonly class Culprit
{
    private function __construct(
        /** A JSON pointer: `/lines/0/qty`, empty for the whole value. */
        public string $path,
        public string $reason,
    ) {}

    /** @param int $maxDepth levels of nesting, inclusive */
    public static function in(mixed $value, int $maxDepth): ?self
    {
        return self::search($value, '', $maxDepth, $maxDepth);
    }

    /**
     * Whether json_encode() leaves out a key of some object in there without a word. Of what implements JsonSerializable,
     * the class answers for itself.
     */
    public static function losesKeys(mixed $value): bool
    {
        if (\is_array($value)) {
            $members = $value;
        } elseif (!\is_object($value) || $value instanceof \JsonSerializable) {
            return false;
        } else {
            $members = (array) $value;
            foreach (self::isBare($value) ? $members : [] as $key => $_) {
                // isHidden(), without the call: this is done for every key that is sent.
                if (\is_string($key) && $key !== '' && $key[0] === "\0") {
                    return true;
                }
            }
        }
        foreach ($members as $member) {
            if ((\is_array($member) || \is_object($member)) && self::losesKeys($member)) {
                return true;
            }
        }
        return false;
    }

    private static function search(mixed $value, string $path, int $levels, int $maxDepth): ?self
    {
        if (\is_array($value)) {
            return self::searchMembers($value, $path, $levels, $maxDepth);
        }
        if (\is_object($value)) {
            return self::searchObject($value, $path, $levels, $maxDepth);
        }
        $reason = match (true) {
            \is_int($value) && abs($value) > JsonText::MAX_SAFE_INTEGER =>
                "integer {$value} is beyond 2^53, where readers lose digits; send it as a string",
            \is_float($value) && !is_finite($value) => 'JSON has no ' . (is_nan($value) ? 'NaN' : 'infinity') . '; send null',
            \is_string($value) && preg_match('//u', $value) !== 1 => 'not valid UTF-8; convert it, or send base64',
            \is_resource($value) || get_debug_type($value) === 'resource (closed)' => 'JSON has no form for a resource',
            default => null,
        };
        return $reason === null ? null : new self($path, $reason);
    }

    private static function searchObject(object $value, string $path, int $levels, int $maxDepth): ?self
    {
        if ($value instanceof Unsendable) {
            return new self($path, $value->reason);
        }
        if ($value instanceof \JsonSerializable) {
            $data = $value->jsonSerialize();
            return $data === $value
                ? self::searchMembers(self::members($value), $path, $levels, $maxDepth)
                : self::search($data, $path, $levels, $maxDepth);
        }
        if ($value instanceof \BackedEnum) {
            return self::search($value->value, $path, $levels, $maxDepth);
        }
        if ($value instanceof \UnitEnum) {
            return new self($path, 'JSON has no form for the enum case ' . $value::class . "::{$value->name}; give it a value");
        }
        if ($value instanceof \Closure || $value instanceof \Generator) {
            return new self($path, 'JSON has no form for a ' . $value::class . '; send what it returns');
        }
        if (self::isBare($value)) {
            foreach ((array) $value as $key => $member) {
                if (self::isHidden($key)) {
                    $reason = 'the key begins with NUL, which objects of PHP cannot have; send an array';
                    return new self(JsonPath::member($path, $key), $reason);
                }
            }
        }
        return self::searchMembers(self::members($value), $path, $levels, $maxDepth);
    }

    /**
     * What json_encode() sees of an object: also what an ArrayObject holds, which are no properties.
     *
     * @return array<array-key, mixed>
     */
    private static function members(object $value): array
    {
        return array_filter((array) $value, static fn(string|int $key): bool => !self::isHidden($key), ARRAY_FILTER_USE_KEY);
    }

    /** Whether an object holds what was put there and nothing of a class's own. */
    private static function isBare(object $value): bool
    {
        return $value::class === \stdClass::class || $value instanceof \ArrayObject || $value instanceof \ArrayIterator;
    }

    /** So PHP names the properties that are private, and json_encode() takes every such key of an object for one. */
    private static function isHidden(string|int $key): bool
    {
        return \is_string($key) && $key !== '' && $key[0] === "\0";
    }

    /** @param array<array-key, mixed> $members */
    private static function searchMembers(array $members, string $path, int $levels, int $maxDepth): ?self
    {
        if ($levels === 0) {
            return new self($path, "nested deeper than {$maxDepth} levels, or in a circle; send flatter data");
        }
        foreach ($members as $key => $member) {
            $at = JsonPath::member($path, $key);
            if (\is_string($key) && preg_match('//u', $key) !== 1) {
                return new self($at, 'the key is not valid UTF-8');
            }
            $culprit = self::search($member, $at, $levels - 1, $maxDepth);
            if ($culprit !== null) {
                return $culprit;
            }
        }
        return null;
    }
}
