<?php

declare(strict_types=1);

namespace PixlIpc\Envelope;

/**
 * What a call asks.
 *
 * @see docs/protocol.md#requests
 */
final readonly class Request
{
    /**
     * @param array<string, string> $meta
     * @param string|null $contract hash of the endpoint's contract that the caller was generated from
     * @param int|null $credit how many messages of a stream may come before more are asked for; null: one reply
     * @param bool $oneway no reply is wanted
     */
    public function __construct(
        public string $uri,
        public mixed $data,
        public array $meta = [],
        public ?string $contract = null,
        public ?int $credit = null,
        public bool $oneway = false,
    ) {}
}
