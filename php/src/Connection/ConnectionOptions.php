<?php

declare(strict_types=1);

namespace PixlIpc\Connection;

use Psr\Log\LoggerInterface;

/** What a connection is made by. */
final readonly class ConnectionOptions
{
    /**
     * @param int $maxFrameBytes of a reply, inclusive
     * @param int $maxPending calls that may wait for a reply at a time
     * @param bool $associative objects of replies become associative arrays
     */
    public function __construct(
        public string $path,
        public int $maxFrameBytes,
        public int $maxPending,
        public ?int $expectUid = null,
        public bool $associative = false,
        public ?LoggerInterface $logger = null,
    ) {}

    /** Whether a connection by the one is as good as one by the other; who logs makes no difference. */
    public function equals(self $other): bool
    {
        return $this->path === $other->path
            && $this->maxFrameBytes === $other->maxFrameBytes
            && $this->maxPending === $other->maxPending
            && $this->expectUid === $other->expectUid
            && $this->associative === $other->associative;
    }
}
