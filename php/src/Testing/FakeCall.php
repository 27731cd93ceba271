<?php

declare(strict_types=1);

namespace PixlIpc\Testing;

/** A call as a {@see FakeTransport} got it. */
final readonly class FakeCall
{
    /**
     * @param mixed $data as the daemon would get it: objects are \stdClass
     * @param array<string, string> $meta
     */
    public function __construct(
        public string $uri,
        public mixed $data,
        public ?int $timeoutMs,
        public array $meta,
        public ?string $contract,
        public bool $oneway,
    ) {}
}
