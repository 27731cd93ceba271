<?php

declare(strict_types=1);

namespace PixlIpc\Json;

/**
 * A map with a key that begins with NUL. PHP's objects have no such properties, and json_encode() leaves them out without a
 * word; of an array it writes them.
 *
 * @internal {@see Encode::map()} makes it
 */
final class NulKeyedMap extends \stdClass implements \JsonSerializable
{
    /** @param array<array-key, mixed> $members */
    public function __construct(private readonly array $members) {}

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->members;
    }
}
