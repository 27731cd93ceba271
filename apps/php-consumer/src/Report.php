<?php

declare(strict_types=1);

namespace App;

use App\IpcDaemon\Greetings\HelloRequest;
use App\IpcDaemon\Host\WatchRequest;
use App\IpcDaemon\IpcDaemon;
use PixlIpc\Exception\IpcException;

/** Greets somebody and tells how busy the daemon's host is. */
final readonly class Report
{
    public function __construct(private IpcDaemon $daemon) {}

    /**
     * Line by line, as the daemon answers.
     *
     * @return \Generator<int, string, mixed, void>
     * @throws IpcException if a call fails
     */
    public function lines(string $name): \Generator
    {
        $greeting = $this->daemon->greetings->hello(new HelloRequest(name: $name));
        yield "hello, {$greeting->hello}";

        $host = $this->daemon->host->load();
        yield \sprintf('up for %d minutes, %d MiB free', $host->uptimeSeconds / 60, $host->freeBytes / 2 ** 20);

        foreach ($this->daemon->host->watch(new WatchRequest(everyMs: 100, times: 3)) as $load) {
            yield 'load ' . implode(' ', array_map(static fn(float $average): string => \sprintf('%.2f', $average), $load->loadAverage));
        }
    }
}
