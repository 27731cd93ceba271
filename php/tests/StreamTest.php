<?php

declare(strict_types=1);

namespace PixlIpc\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Client;
use PixlIpc\Exception\InvalidMessageException;
use PixlIpc\Exception\IpcException;
use PixlIpc\Exception\ProtocolException;
use PixlIpc\Exception\RemoteException;
use PixlIpc\Exception\TimeoutException;
use PixlIpc\Exception\TransportException;
use PixlIpc\Json\Decode;
use PixlIpc\Tests\Fixture\Peer;
use PixlIpc\Tests\Fixture\Stopwatch;

#[TestDox('A stream')]
final class StreamTest extends TestCase
{
    private Peer $peer;
    private Client $client;

    protected function setUp(): void
    {
        $this->peer = new Peer();
        $this->client = new Client($this->peer->path);
    }

    /** @return iterable<string, array{int, int}> */
    public static function sizes(): iterable
    {
        yield 'no message' => [0, 64];
        yield 'one' => [1, 1];
        yield 'as many as there is credit' => [64, 64];
        yield 'far more than there is credit' => [1_000, 3];
    }

    #[DataProvider('sizes')]
    #[TestDox('yields every message in order, and returns the final reply: $_dataName')]
    public function testMessages(int $count, int $credit): void
    {
        $stream = $this->client->stream('/stream', ['count' => $count], credit: $credit);
        $messages = [];
        foreach ($stream as $message) {
            $messages[] = $message;
        }
        self::assertSame($count === 0 ? [] : range(0, $count - 1), $messages);
        self::assertSame('over', $stream->getReturn());
    }

    #[TestDox('asks for as many messages as it says, and for more as they are taken')]
    public function testCredit(): void
    {
        $stream = $this->client->stream('/stream', ['count' => 100], credit: 4);
        $stream->current();
        self::assertSame([], $this->credits());
        $stream->next();
        $stream->next();
        self::assertSame([2], $this->credits());
        while ($stream->valid()) {
            $stream->next();
        }
        self::assertEqualsWithDelta(100, array_sum($this->credits()) + 4, 4);
    }

    #[TestDox('is not asked for before its first message is; what cannot be sent is refused at once')]
    public function testLazy(): void
    {
        $this->client->stream('/stream', ['count' => 1]);
        self::assertSame([], $this->seen('/stream'));
        $this->expectException(InvalidMessageException::class);
        $this->client->stream('/stream', NAN);
    }

    #[TestDox('that is left early is cancelled, and the connection goes on')]
    public function testLeftEarly(): void
    {
        foreach ($this->client->stream('/stream', ['count' => 1_000], credit: 8) as $message) {
            if ($message === 2) {
                break;
            }
        }
        self::assertSame('on', $this->client->call('/echo', 'on'));
        [$request] = $this->seen('/stream');
        [$cancel] = $this->seen('/ipcserver/cancel');
        self::assertEquals((object) ['id' => $request->ipcReqID], $cancel->data);
        self::assertTrue($cancel->oneway);
    }

    #[TestDox('that is left early is cancelled though the daemon is going')]
    public function testLeftEarlyWhileDraining(): void
    {
        $goAway = '{"ipcReqID":null,"code":"unavailable","goaway":true,"message":"m"}' . "\n";
        $text = "{$goAway}{\"v\":2,\"ipcReqID\":\$id,\"seq\":0,\"data\":0,\"continues\":true}\n";
        foreach ($this->client->stream('/raw', ['text' => $text]) as $_) {
            break;
        }
        self::assertCount(1, $this->seen('/ipcserver/cancel'));
    }

    #[TestDox('that ends in an exception of the loop’s body is cancelled too')]
    public function testException(): void
    {
        try {
            foreach ($this->client->stream('/stream', ['count' => 1_000]) as $_) {
                throw new \DomainException('mine');
            }
        } catch (\DomainException) {
            self::assertSame('on', $this->client->call('/echo', 'on'));
            self::assertCount(1, $this->seen('/ipcserver/cancel'));
        }
    }

    #[TestDox('that fails yields what came before, and then throws')]
    public function testFails(): void
    {
        [$messages, $error] = self::drain($this->client->stream('/stream', ['count' => 3, 'fail' => 'internal']));
        self::assertInstanceOf(RemoteException::class, $error);
        self::assertSame([[0, 1, 2], 'internal'], [$messages, $error->errorCode]);
    }

    #[TestDox('whose connection is lost throws')]
    public function testLost(): void
    {
        $this->expectException(TransportException::class);
        iterator_to_array($this->client->stream('/close'), false);
    }

    #[TestDox('ends at its deadline, and the connection goes on')]
    public function testDeadline(): void
    {
        $watch = new Stopwatch();
        try {
            iterator_to_array($this->client->stream('/silent', timeoutMs: 60), false);
            self::fail('it ended');
        } catch (TimeoutException) {
            self::assertLessThan(110, $watch->ms());
        }
        self::assertSame('on', $this->client->call('/echo', 'on'));
    }

    #[TestDox('of a daemon that sends more than it may is broken off, the messages before are yielded')]
    public function testBeyondCredit(): void
    {
        [$messages, $error] = self::drain($this->client->stream('/stream', ['count' => 100, 'beyond' => 5], credit: 4));
        self::assertInstanceOf(ProtocolException::class, $error);
        self::assertSame([[0, 1, 2, 3], '/stream sent more than the 4 messages it had credit for'], [$messages, $error->getMessage()]);
        self::assertSame('on', $this->client->call('/echo', 'on'));
        self::assertCount(1, $this->seen('/ipcserver/cancel'));
    }

    #[TestDox('with a gap is broken off')]
    public function testGap(): void
    {
        $text = '';
        foreach ([0, 1, 3] as $seq) {
            $text .= "{\"v\":2,\"ipcReqID\":\$id,\"seq\":{$seq},\"data\":{$seq},\"continues\":true}\n";
        }
        [$messages, $error] = self::drain($this->client->stream('/raw', ['text' => $text]));
        self::assertInstanceOf(ProtocolException::class, $error);
        self::assertSame([[0, 1], 'message 3 of /raw followed message 1'], [$messages, $error->getMessage()]);
        self::assertCount(1, $this->seen('/ipcserver/cancel'));
    }

    #[TestDox('that has a message which cannot be read is broken off, and the daemon is told')]
    public function testUnreadableMessage(): void
    {
        $text = '{"v":2,"ipcReqID":$id,"seq":0,"data":0,"continues":true}' . "\n"
            . '{"v":2,"ipcReqID":$id,"seq":1,"data":{"\\u0000":1},"continues":true}' . "\n"
            . '{"v":2,"ipcReqID":$id,"seq":2,"data":2,"continues":true}' . "\n";
        [$messages, $error] = self::drain($this->client->stream('/raw', ['text' => $text]));
        self::assertInstanceOf(ProtocolException::class, $error);
        self::assertSame([0], $messages);
        self::assertSame('on', $this->client->call('/echo', 'on'));
        self::assertCount(1, $this->seen('/ipcserver/cancel'));
    }

    #[TestDox('may be read beside another one, in turns')]
    public function testTwo(): void
    {
        $first = $this->client->stream('/stream', ['count' => 200], credit: 2);
        $second = $this->client->stream('/stream', ['count' => 200], credit: 7);
        for ($n = 0; $n < 200; $n++) {
            self::assertSame([$n, $n], [$first->current(), $second->current()]);
            $first->next();
            $second->next();
        }
        self::assertSame([false, false], [$first->valid(), $second->valid()]);
    }

    #[TestDox('is refused with a credit of none')]
    public function testNoCredit(): void
    {
        $this->expectExceptionMessage('credit is 0; give at least 1');
        $this->client->stream('/stream', credit: 0);
    }

    /**
     * @param \Generator<int, mixed, mixed, mixed> $stream
     * @return array{list<mixed>, ?IpcException} what came, and what was thrown then
     */
    private static function drain(\Generator $stream): array
    {
        $messages = [];
        try {
            foreach ($stream as $message) {
                $messages[] = $message;
            }
            return [$messages, null];
        } catch (IpcException $failure) {
            return [$messages, $failure];
        }
    }

    /** @return list<int> what was asked for beyond the first credit */
    private function credits(): array
    {
        return array_map(static fn(\stdClass $request): int => Decode::int(Decode::object($request->data)->n), $this->seen('/ipcserver/credit'));
    }

    /** @return list<\stdClass> */
    private function seen(string $uri): array
    {
        $seen = Decode::list($this->client->call('/seen'), Decode::object(...));
        return array_values(array_filter($seen, static fn(\stdClass $request): bool => $request->uri === $uri));
    }
}
