<?php

declare(strict_types=1);

namespace PixlIpc;

/** An instant on the monotonic clock by which something must be over; it does not move with the time of day. */
final readonly class Deadline
{
    private function __construct(private int $atNs) {}

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

    /** What is left of it, 0 when it is over. */
    public function remainingUs(): int
    {
        return max(0, intdiv($this->atNs - hrtime(true), 1_000));
    }

    /** What is left of it in whole milliseconds, at least 1: what a request tells the daemon. */
    public function remainingMs(): int
    {
        return max(1, intdiv($this->atNs - hrtime(true), 1_000_000));
    }

    public function earlier(self $other): self
    {
        return $this->atNs <= $other->atNs ? $this : $other;
    }
}
