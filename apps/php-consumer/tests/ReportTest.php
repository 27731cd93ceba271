<?php

declare(strict_types=1);

namespace App\Tests;

use App\IpcDaemon\Greetings\HelloRequest;
use App\IpcDaemon\Greetings\HelloResponse;
use App\IpcDaemon\HostLoad;
use App\IpcDaemon\IpcDaemonFake;
use App\Report;
use PHPUnit\Framework\TestCase;
use PixlIpc\Exception\RemoteException;

final class ReportTest extends TestCase
{
    public function testGreetsAndTellsHowBusyTheHostIsForAsLongAsTheDaemonSays(): void
    {
        $fake = (new IpcDaemonFake())
            ->onGreetingsHello(static fn(HelloRequest $request): HelloResponse => new HelloResponse(hello: $request->name ?? 'nobody'))
            ->onHostLoad(static fn(): HostLoad => self::load(0))
            ->onHostWatch(static fn(): array => [self::load(1), self::load(2)]);

        self::assertSame(
            ['hello, Grace', 'up for 2 minutes, 3 MiB free', 'load 1.00 0.50 0.25', 'load 2.00 0.50 0.25'],
            iterator_to_array((new Report($fake->client))->lines('Grace')),
        );
    }

    public function testEndsWhereACallFails(): void
    {
        $this->expectException(RemoteException::class);
        $this->expectExceptionMessage('No handler found for /greetings/hello');

        iterator_to_array((new Report((new IpcDaemonFake())->client))->lines('Grace'));
    }

    private static function load(float $lastMinute): HostLoad
    {
        return new HostLoad(freeBytes: 3 * 2 ** 20, loadAverage: [$lastMinute, 0.5, 0.25], uptimeSeconds: 120);
    }
}
