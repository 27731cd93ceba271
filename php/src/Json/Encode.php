<?php

declare(strict_types=1);

namespace PixlIpc\Json;

/** What generated code makes JSON with, where a PHP array or object would become something else. */
final class Encode
{
    private const INSTANT_BYTES = 24;

    /**
     * An object of the members that are there: those that are Absent::Value are left out, null stays.
     *
     * @param array<string, mixed> $members
     */
    public static function object(array $members): \stdClass
    {
        return (object) array_filter($members, static fn(mixed $member): bool => $member !== Absent::Value);
    }

    /**
     * An object of any keys; empty it is `{}`, and with the keys 0, 1, 2 it is no list.
     *
     * @param array<array-key, mixed> $map
     */
    public static function map(array $map): \stdClass
    {
        foreach ($map as $key => $_) {
            if (\is_string($key) && str_starts_with($key, "\0")) {
                return new NulKeyedMap($map);
            }
        }
        return (object) $map;
    }

    /**
     * A list, whatever the keys were.
     *
     * @template T
     * @param array<array-key, T> $list
     * @return list<T>
     */
    public static function list(array $list): array
    {
        return array_values($list);
    }

    /**
     * RFC 3339 in UTC with `Z`, to the millisecond, as JavaScript writes it. It has four digits for the year: what lies
     * before the year 0 or after 9999 is refused when it is sent.
     */
    public static function instant(\DateTimeInterface $instant): string|Unsendable
    {
        $text = \DateTimeImmutable::createFromInterface($instant)
            ->setTimezone(new \DateTimeZone('UTC'))
            ->format('Y-m-d\TH:i:s.v\Z');
        return \strlen($text) === self::INSTANT_BYTES
            ? $text
            : new Unsendable("the time {$text} has no form in RFC 3339, where years are 0000 to 9999; send another");
    }
}
