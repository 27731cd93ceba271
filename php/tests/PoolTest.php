<?php

declare(strict_types=1);

namespace PixlIpc\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Call\PendingCall;
use PixlIpc\Client;
use PixlIpc\ClientOptions;
use PixlIpc\Exception\RemoteException;
use PixlIpc\Exception\TimeoutException;
use PixlIpc\Exception\TransportException;
use PixlIpc\Tests\Fixture\Peer;
use PixlIpc\Tests\Fixture\Stopwatch;

#[TestDox('A pool')]
final class PoolTest extends TestCase
{
    private static Peer $peer;
    private Client $client;

    public static function setUpBeforeClass(): void
    {
        self::$peer = new Peer();
    }

    protected function setUp(): void
    {
        $this->client = Client::connect(self::$peer->path);
    }

    #[TestDox('waits for all its calls together, and gives each its own reply, whatever order they come in')]
    public function testTogether(): void
    {
        $pool = $this->client->pool();
        $watch = new Stopwatch();
        foreach (range(1, 50) as $n) {
            $pool->call('/late', ['ms' => 100 - $n, 'n' => $n]);
        }
        $replies = array_map(static fn(PendingCall $call): mixed => ((array) $call->result())['n'], $pool->await());
        self::assertLessThan(300, $watch->ms());
        self::assertSame(range(1, 50), $replies);
        self::assertCount(50, $pool);
    }

    #[TestDox('lets each call tell its own end')]
    public function testEnds(): void
    {
        $pool = $this->client->pool();
        $good = $pool->call('/late', ['ms' => 60]);
        $bad = $pool->call('/raw', ['text' => '{"v":2,"ipcReqID":$id,"code":"orders.sold_out","message":"m"}' . "\n"]);
        $late = $pool->call('/silent', timeoutMs: 30);
        self::assertFalse($good->isSettled());
        $pool->await();
        self::assertTrue($good->isSettled());
        self::assertNull($good->failure());
        self::assertEquals((object) ['ms' => 60], $good->result());
        self::assertInstanceOf(RemoteException::class, $bad->failure());
        self::assertInstanceOf(TimeoutException::class, $late->failure());
        $this->expectException(RemoteException::class);
        $bad->result();
    }

    /** @return iterable<string, array{string, array<string, mixed>}> */
    public static function lateReplies(): iterable
    {
        yield 'its reply' => ['/late', ['ms' => 60]];
        yield 'the daemon’s word that its time is over' => ['/late-raw', ['ms' => 60, 'text' => '{"v":2,"ipcReqID":$id,"code":"deadline_exceeded","message":"m"}' . "\n"]];
    }

    /** @param array<string, mixed> $data */
    #[DataProvider('lateReplies')]
    #[TestDox('fails a call at its own deadline, though it waits for another and reads $_dataName meanwhile')]
    public function testOwnDeadline(string $uri, array $data): void
    {
        $pool = $this->client->pool();
        $long = $pool->call('/late', ['ms' => 120]);
        $short = $pool->call($uri, $data, timeoutMs: 30);
        $pool->await();
        self::assertNull($long->failure());
        $failure = $short->failure();
        self::assertInstanceOf(TimeoutException::class, $failure);
        self::assertSame(["no reply from {$uri} within 30 ms", true], [$failure->getMessage(), $failure->wasSent()]);
        self::assertSame('on', $this->client->call('/echo', 'on'));
    }

    #[TestDox('serves all its calls while one is waited for, other clients’ calls and streams of the client too')]
    public function testServesAll(): void
    {
        $pool = $this->client->pool();
        $quick = $pool->call('/echo', 'quick');
        $stream = $this->client->stream('/stream', ['count' => 3]);
        self::assertSame(0, $stream->current());
        $pool->call('/late', ['ms' => 40])->result();
        self::assertTrue($quick->isSettled());
        self::assertSame('between', $this->client->call('/echo', 'between'));
        self::assertSame([0, 1, 2], iterator_to_array($stream, false));
    }

    #[TestDox('sends and reads at once: what both sides have to say may be more than the socket holds')]
    public function testBothWays(): void
    {
        $pool = $this->client->pool();
        $texts = array_map(static fn(int $n): string => str_repeat((string) ($n % 10), 500_000), range(0, 19));
        foreach ($texts as $text) {
            $pool->call('/echo', $text);
        }
        $replies = array_map(static fn(PendingCall $call): mixed => $call->result(), $pool->await());
        self::assertTrue($texts === $replies);
    }

    #[TestDox('fails all calls that wait where the connection is lost, and the next are served')]
    public function testLost(): void
    {
        $pool = $this->client->pool();
        $calls = [$pool->call('/silent'), $pool->call('/late', ['ms' => 5_000]), $pool->call('/close')];
        foreach ($calls as $call) {
            $failure = $call->failure();
            self::assertInstanceOf(TransportException::class, $failure);
            self::assertTrue($failure->wasSent());
        }
        self::assertSame('on', $pool->call('/echo', 'on')->result());
    }

    #[TestDox('keeps the connection where one call’s time is over in the middle of another’s reply')]
    public function testExpiryMidReply(): void
    {
        $client = new Client(self::$peer->path);
        $pool = $client->pool();
        $half = $pool->call('/half', timeoutMs: 400);
        $short = $pool->call('/silent', timeoutMs: 50);
        self::assertInstanceOf(TimeoutException::class, $short->failure());
        self::assertFalse($half->isSettled());
        self::assertInstanceOf(TimeoutException::class, $half->failure());
        self::assertSame('on', $client->call('/echo', 'on'));
    }

    #[TestDox('withdraws what the daemon has not begun to read when its time is over')]
    public function testWithdrawn(): void
    {
        $this->client->notify('/deaf');
        $pool = $this->client->pool();
        $large = $pool->call('/echo', str_repeat('x', 2_000_000), timeoutMs: 200);
        $queued = $pool->call('/echo', 'queued', timeoutMs: 50);
        $failure = $queued->failure();
        self::assertInstanceOf(TimeoutException::class, $failure);
        self::assertFalse($failure->wasSent());
        self::assertFalse($large->isSettled());
        self::assertInstanceOf(TimeoutException::class, $large->failure());
        self::assertSame('on', $this->client->call('/echo', 'on'));
    }

    #[TestDox('has no more calls waiting than maxPending')]
    public function testMaxPending(): void
    {
        $client = new Client(self::$peer->path, new ClientOptions(maxPending: 2));
        $pool = $client->pool();
        $calls = [$pool->call('/late', ['ms' => 20]), $pool->call('/late', ['ms' => 20])];
        try {
            $pool->call('/echo');
            self::fail('it was taken');
        } catch (\LogicException $full) {
            self::assertSame('2 calls wait for a reply, limit 2; wait for some, or raise maxPending', $full->getMessage());
        }
        $pool->await();
        self::assertSame([null, null], [$calls[0]->failure(), $calls[1]->failure()]);
        self::assertSame('on', $pool->call('/echo', 'on')->result());
    }
}
