<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Fixture;

/**
 * Milliseconds on the monotonic clock, without those in which this process was ready to run and others had the CPU: a busy
 * machine makes every program late.
 */
final class Stopwatch
{
    private readonly float $start;
    private readonly int $wallStart;

    public function __construct()
    {
        $this->start = self::nowMs();
        $this->wallStart = hrtime(true);
    }

    public function ms(): float
    {
        return self::nowMs() - $this->start;
    }

    /** With them. */
    public function wallMs(): float
    {
        return (hrtime(true) - $this->wallStart) / 1e6;
    }

    private static function nowMs(): float
    {
        [, $waitedNs] = explode(' ', (string) file_get_contents('/proc/self/schedstat'));
        return (hrtime(true) - (int) $waitedNs) / 1e6;
    }
}
