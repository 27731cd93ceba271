<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Fixture;

/** Milliseconds on the monotonic clock. */
final class Stopwatch
{
    private readonly int $start;

    public function __construct()
    {
        $this->start = hrtime(true);
    }

    public function ms(): float
    {
        return (hrtime(true) - $this->start) / 1e6;
    }
}
