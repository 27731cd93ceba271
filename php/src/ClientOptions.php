<?php

declare(strict_types=1);

namespace PixlIpc;

use Psr\Log\LoggerInterface;

/** What a {@see Client} may be told. Times in milliseconds; maxima are inclusive. */
final readonly class ClientOptions
{
    private const MAX_TIMEOUT_MS = 86_400_000;
    private const MAX_FRAME_BYTES = 268_435_456;

    /**
     * @param int $requestTimeoutMs how long a call may take in all where it does not say: connecting, sending, waiting.
     *   10 s: a local call that takes longer has usually been forgotten
     * @param bool $persistent keep the connection open for the next script of this process, as PHP-FPM's workers run them
     *   one after the other
     * @param int|null $expectUid refuse to connect unless the socket belongs to this user and nobody else can replace it
     * @param LoggerInterface|null $logger is told what no exception tells; payloads never
     * @param string $userAgent what the client claims to be; a daemon logs it and never trusts it
     * @param int $maxFrameBytes of a request and of a reply, as the daemon's own limits
     * @param int $maxPending calls that may wait for a reply at a time
     * @param int $maxLater oneway messages that are kept for the end of the request; one more sends them all first, which
     *   may take as long as `requestTimeoutMs`
     *
     * @throws \InvalidArgumentException naming the wrong option, its value and what to give instead
     */
    public function __construct(
        public int $requestTimeoutMs = 10_000,
        public bool $persistent = false,
        public ?int $expectUid = null,
        public ?LoggerInterface $logger = null,
        public string $userAgent = 'PHP/PixlIpc',
        public int $maxFrameBytes = 16_777_216,
        public int $maxPending = 10_000,
        public int $maxLater = 1_000,
    ) {
        self::assertWithin('requestTimeoutMs', $requestTimeoutMs, 1, self::MAX_TIMEOUT_MS);
        self::assertWithin('maxFrameBytes', $maxFrameBytes, 64, self::MAX_FRAME_BYTES);
        self::assertWithin('maxPending', $maxPending, 1, 10_000_000);
        self::assertWithin('maxLater', $maxLater, 1, 1_000_000);
        if (preg_match('//u', $userAgent) !== 1) {
            throw new \InvalidArgumentException('userAgent is not valid UTF-8; give a name that is');
        }
    }

    /** @throws \InvalidArgumentException if it is no timeout */
    public static function checkedTimeout(int $timeoutMs): int
    {
        self::assertWithin('timeoutMs', $timeoutMs, 1, self::MAX_TIMEOUT_MS);
        return $timeoutMs;
    }

    private static function assertWithin(string $name, int $value, int $least, int $greatest): void
    {
        if ($value < $least || $value > $greatest) {
            throw new \InvalidArgumentException("{$name} is {$value}; give a number from {$least} to {$greatest}");
        }
    }
}
