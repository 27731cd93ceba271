<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Testing;

use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Client;
use PixlIpc\Exception\InvalidMessageException;
use PixlIpc\Exception\RemoteException;
use PixlIpc\Exception\TimeoutException;
use PixlIpc\Json\Decode;
use PixlIpc\Testing\FakeCall;
use PixlIpc\Testing\FakeTransport;

#[TestDox('A fake transport')]
final class FakeTransportTest extends TestCase
{
    private FakeTransport $ipc;

    protected function setUp(): void
    {
        $this->ipc = new FakeTransport();
    }

    #[TestDox('answers with what a handler returns, through JSON both ways')]
    public function testAnswers(): void
    {
        $this->ipc->on('/double', static function (mixed $data, FakeCall $call): array {
            self::assertInstanceOf(\stdClass::class, $data);
            return ['n' => 2 * Decode::int($data->n), 'uri' => $call->uri, 'none' => [], 'empty' => new \stdClass()];
        });
        self::assertEquals(
            (object) ['n' => 42, 'uri' => '/double', 'none' => [], 'empty' => new \stdClass()],
            $this->ipc->call('/double', ['n' => 21]),
        );
    }

    #[TestDox('keeps what it was asked')]
    public function testCalls(): void
    {
        $this->ipc->reply('/a', 1)->reply('/b', 2);
        $this->ipc->call('/a', ['x' => 1], timeoutMs: 5, meta: ['k' => 'v'], contract: 'h');
        $this->ipc->notify('/b');
        self::assertEquals(
            [new FakeCall('/a', (object) ['x' => 1], 5, ['k' => 'v'], 'h', false), new FakeCall('/b', null, null, [], null, true)],
            $this->ipc->calls(),
        );
        self::assertCount(1, $this->ipc->calls('/b'));
    }

    #[TestDox('fails as it is told to, and knows no other endpoint')]
    public function testFails(): void
    {
        $this->ipc->fail('/slow', new TimeoutException('/slow', 50, sent: true));
        try {
            $this->ipc->call('/slow');
            self::fail('it did not');
        } catch (TimeoutException $timeout) {
            self::assertTrue($timeout->wasSent());
        }
        $this->ipc->notify('/nobody');
        try {
            $this->ipc->call('/nobody');
            self::fail('it did');
        } catch (RemoteException $error) {
            self::assertSame('no_handler_found', $error->errorCode);
        }
    }

    #[TestDox('streams what a handler yields, and returns what it returns')]
    public function testStreams(): void
    {
        $this->ipc->on('/tail', static function (): \Generator {
            yield ['line' => 1];
            yield ['line' => 2];
            return ['lines' => 2];
        });
        $stream = $this->ipc->stream('/tail');
        self::assertEquals([(object) ['line' => 1], (object) ['line' => 2]], iterator_to_array($stream, false));
        self::assertEquals((object) ['lines' => 2], $stream->getReturn());
        self::assertSame([1, 2], iterator_to_array($this->ipc->reply('/list', [1, 2])->stream('/list'), false));
    }

    #[TestDox('refuses as a client does a timeout or credit that is none, and what cannot be streamed, where it is given')]
    public function testRefusesAsAClient(): void
    {
        $this->ipc->reply('/a', []);
        $refused = [];
        foreach ([$this->ipc, new Client('/nonexistent/s')] as $index => $transport) {
            foreach ([
                static fn() => $transport->call('/a', timeoutMs: 0),
                static fn() => $transport->notify('/a', timeoutMs: -1),
                static fn() => $transport->stream('/a', timeoutMs: 0),
                static fn() => $transport->stream('/a', credit: 0),
                static fn() => $transport->stream('/a', NAN),
            ] as $attempt) {
                try {
                    $attempt();
                    self::fail('it was taken');
                } catch (\InvalidArgumentException $error) {
                    $refused[$index][] = [$error::class, $error->getMessage()];
                }
            }
        }
        self::assertSame($refused[1], $refused[0]);
        self::assertSame([], $this->ipc->calls());
    }

    #[TestDox('refuses what cannot be sent')]
    public function testRefuses(): void
    {
        $this->expectException(InvalidMessageException::class);
        $this->expectExceptionMessage('data at /a: not valid UTF-8');
        $this->ipc->call('/a', ['a' => "\xff"]);
    }
}
