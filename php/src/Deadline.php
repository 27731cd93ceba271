<?php

declare(strict_types=1);

namespace PixlIpc;

/** An instant on the monotonic clock by which something must be over; it does not move with the time of day. */
final readonly class Deadline
{
    private function __construct(
        /** On the monotonic clock of hrtime(). */
        public int $atNs,
    ) {}

    /** The instant `$ms` milliseconds from now. */
    public static function in(int $ms): self
    {
        return new self(hrtime(true) + $ms * 1_000_000);
    }

    /** This very instant: for looking without waiting. */
    public static function now(): self
    {
        return new self(0);
    }

    public function isOver(): bool
    {
        return hrtime(true) >= $this->atNs;
    }

    /** What is left of it in microseconds, rounded down; 0 when it is over. */
    public function remainingUs(): int
    {
        $ns = $this->atNs - hrtime(true);
        return $ns > 0 ? (int) ($ns / 1_000) : 0;
    }

    /** What is left of it in milliseconds, rounded up: what a request tells the daemon; 0 when it is over. */
    public function remainingMs(): int
    {
        $ns = $this->atNs - hrtime(true);
        return $ns > 0 ? (int) (($ns + 999_999) / 1_000_000) : 0;
    }
}
