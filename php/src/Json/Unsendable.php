<?php

declare(strict_types=1);

namespace PixlIpc\Json;

/**
 * Stands in data for a value that has no form on the wire: it is refused there, before anything is sent, with its path.
 *
 * @internal
 */
final readonly class Unsendable implements \JsonSerializable
{
    public function __construct(
        /** Why, and what to do instead. */
        public string $reason,
    ) {}

    /** @throws \JsonException always */
    public function jsonSerialize(): never
    {
        throw new \JsonException($this->reason);
    }
}
