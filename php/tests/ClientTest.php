<?php

declare(strict_types=1);

namespace PixlIpc\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Client;
use PixlIpc\ClientOptions;
use PixlIpc\Exception\IpcException;
use PixlIpc\Exception\ProtocolException;
use PixlIpc\Exception\RemoteException;
use PixlIpc\Exception\TransportException;
use PixlIpc\Json\Decode;
use PixlIpc\Tests\Fixture\Peer;

#[TestDox('A client')]
final class ClientTest extends TestCase
{
    private static Peer $peer;
    private static Client $monitor;
    private Client $client;

    public static function setUpBeforeClass(): void
    {
        self::$peer = new Peer();
        self::$monitor = new Client(self::$peer->path);
    }

    protected function setUp(): void
    {
        $this->client = new Client(self::$peer->path);
    }

    #[TestDox('connects with its first call, and keeps the connection')]
    public function testConnectsOnce(): void
    {
        $before = $this->stats('accepted');
        $client = new Client(self::$peer->path);
        self::assertSame($before, $this->stats('accepted'));
        $client->call('/echo');
        $client->call('/echo');
        self::assertSame($before + 1, $this->stats('accepted'));
    }

    #[TestDox('that is made by connect() is connected')]
    public function testConnect(): void
    {
        $before = $this->stats('accepted');
        $client = Client::connect(self::$peer->path);
        self::assertSame($before + 1, $this->stats('accepted'));
        $client->close();
        self::assertSame('again', $client->call('/echo', 'again'));
    }

    #[TestDox('gives up a reply over maxFrameBytes, says whose it was, and goes on')]
    public function testReplyTooLarge(): void
    {
        $client = new Client(self::$peer->path, new ClientOptions(maxFrameBytes: 100_000));
        try {
            $client->call('/big', ['bytes' => 300_000]);
            self::fail('it was taken');
        } catch (ProtocolException $refused) {
            self::assertSame('message_too_large', $refused->errorCode());
            self::assertTrue($refused->wasSent());
        }
        self::assertSame('on', $client->call('/echo', 'on'));
    }

    /** @return iterable<string, array{string, array{string, string, mixed, ?int}}> */
    public static function errors(): iterable
    {
        $v2 = '{"v":2,"ipcReqID":$id,';
        $v1 = '{"ipcReqID":$id,';
        yield 'a code of the protocol' => ["{$v2}\"code\":\"permission_denied\",\"message\":\"m\"}", ['permission_denied', 'm', null, null]];
        yield 'details and the time to wait' => ["{$v2}\"code\":\"resource_exhausted\",\"message\":\"m\",\"details\":{\"a\":[]},\"retryAfter\":50}", ['resource_exhausted', 'm', (object) ['a' => []], 50]];
        yield 'a code of the application' => ["{$v2}\"code\":\"orders.sold_out\",\"message\":\"m\"}", ['orders.sold_out', 'm', null, null]];
        yield 'a code that nobody knows' => ["{$v2}\"code\":\"news\",\"message\":\"m\",\"details\":1}", ['internal', 'm', (object) ['code' => 'news', 'details' => 1], null]];
        yield 'an error without a message' => ["{$v2}\"code\":\"internal\"}", ['internal', 'internal', null, null]];
        yield 'an old daemon’s error at the top' => ["{$v1}\"code\":\"no_uri\",\"message\":\"m\"}", ['no_uri', 'm', null, null]];
        yield 'an old daemon’s missing handler, in the data' => ["{$v1}\"data\":{\"code\":\"no_handler_found\",\"message\":\"m\"}}", ['no_handler_found', 'm', null, null]];
    }

    /** @param array{string, string, mixed, ?int} $expected */
    #[DataProvider('errors')]
    #[TestDox('throws what the daemon answers: $_dataName')]
    public function testErrors(string $reply, array $expected): void
    {
        try {
            $this->client->call('/raw', ['text' => "{$reply}\n"]);
            self::fail('no error');
        } catch (RemoteException $error) {
            self::assertEquals($expected, [$error->errorCode, $error->getMessage(), $error->details, $error->retryAfterMs]);
            self::assertTrue($error->wasSent());
        }
    }

    #[TestDox('takes a code in the data for data, save an old daemon’s missing handler')]
    public function testCodeInData(): void
    {
        foreach (['{"v":2,"ipcReqID":$id,"data":{"code":"no_handler_found"}}', '{"ipcReqID":$id,"data":{"code":"mine"}}'] as $reply) {
            self::assertIsObject($this->client->call('/raw', ['text' => "{$reply}\n"]));
        }
    }

    #[TestDox('gets its reply out of everything else that comes before it')]
    public function testNoise(): void
    {
        $noise = "\r\n  \n\0\n\u{feff}{}\n[1]\n\"x\"\n{\"ipcReqID\":\"rq0\",}\n{\"push\":1}\n{\"ipcReqID\":null,\"data\":1}\n{\"ipcReqID\":7}\n"
            . "{\"ipcReqID\":\"__proto__\",\"data\":0}\n{\"ipcReqID\":\"\",\"data\":0}\n{\"ipcReqID\":true}\n";
        $reply = "  {\"data\":\"mine\",\"v\":2,\"ipcReqID\":\$id}\r\n";
        self::assertSame('mine', $this->client->call('/raw', ['text' => $noise . $reply]));
        self::assertSame('on', $this->client->call('/echo', 'on'));
    }

    #[TestDox('drops a second reply, and takes none for another call’s')]
    public function testDuplicates(): void
    {
        $reply = '{"v":2,"ipcReqID":$id,"data":"first"}' . "\n";
        self::assertSame('first', $this->client->call('/raw', ['text' => str_repeat($reply, 3)]));
        self::assertSame('on', $this->client->call('/echo', 'on'));
    }

    #[TestDox('fails at once where its reply cannot be read but shows whose it is')]
    public function testUnreadableReply(): void
    {
        $this->expectException(ProtocolException::class);
        $this->expectExceptionMessage('is no JSON');
        $this->client->call('/raw', ['text' => '{"v":2,"ipcReqID":$id,"data":nothing}' . "\n"]);
    }

    #[TestDox('fails where its reply has a key that begins with NUL, and the next call is served by the same connection')]
    public function testNulKey(): void
    {
        $this->client->call('/echo');
        $before = $this->stats('accepted');
        try {
            $this->client->call('/raw', ['text' => '{"v":2,"ipcReqID":$id,"data":{"a":1,"\\u0000b":2}}' . "\n"]);
            self::fail('a key was lost');
        } catch (ProtocolException $error) {
            self::assertStringContainsString('a key that begins with NUL', $error->getMessage());
            self::assertTrue($error->wasSent());
        }
        self::assertSame('on', $this->client->call('/echo', 'on'));
        self::assertSame($before, $this->stats('accepted'));
    }

    #[TestDox('fails where a message of a stream comes in the place of its reply, and keeps nobody’s place')]
    public function testMessageForReply(): void
    {
        $client = new Client(self::$peer->path, new ClientOptions(maxPending: 1));
        $message = '{"v":2,"ipcReqID":$id,"seq":0,"data":"part","continues":true}' . "\n";
        foreach ([$message, $message . '{"v":2,"ipcReqID":$id,"data":"last"}' . "\n"] as $text) {
            try {
                $client->call('/raw', ['text' => $text]);
                self::fail('a part was taken for the whole');
            } catch (ProtocolException $error) {
                self::assertSame('/raw sent a message of a stream where one reply is due; read it by stream()', $error->getMessage());
            }
            self::assertSame('on', $client->call('/echo', 'on'));
        }
    }

    /** @return iterable<string, array{string}> */
    public static function codes(): iterable
    {
        yield 'a number' => ['7'];
        yield 'null' => ['null'];
        yield 'an object' => ['{"code":"internal"}'];
    }

    #[DataProvider('codes')]
    #[TestDox('fails where the code of its reply is $_dataName, and the next call is served')]
    public function testCodeThatIsNoString(string $code): void
    {
        $text = '{"v":2,"ipcReqID":$id,"code":' . $code . ',"message":"m"}' . "\n";
        try {
            $this->client->call('/raw', ['text' => $text]);
            self::fail('an error passed for a reply without data');
        } catch (ProtocolException $error) {
            self::assertStringContainsString('not a string', $error->getMessage());
        }
        self::assertSame('on', $this->client->call('/echo', 'on'));
    }

    #[TestDox('takes a last reply that lacks nothing but its newline')]
    public function testLastWord(): void
    {
        self::assertSame('whole', $this->client->call('/without-newline'));
    }

    /** @return iterable<string, array{string}> */
    public static function ends(): iterable
    {
        yield 'closes without an answer' => ['/close'];
        yield 'closes in the middle of its answer' => ['/half-and-close'];
    }

    #[DataProvider('ends')]
    #[TestDox('says that the outcome is unknown where the daemon $_dataName, and the next call is served')]
    public function testLost(string $uri): void
    {
        try {
            $this->client->call($uri);
            self::fail('it was answered');
        } catch (TransportException $lost) {
            self::assertSame(['unavailable', true], [$lost->errorCode(), $lost->wasSent()]);
        }
        self::assertSame('on', $this->client->call('/echo', 'on'));
    }

    #[TestDox('makes an idempotent call once more where its connection was lost, and no other')]
    public function testIdempotent(): void
    {
        foreach ([[true, 2], [false, 1]] as [$idempotent, $times]) {
            $before = \count((array) $this->client->call('/seen'));
            try {
                $this->client->call('/close', idempotent: $idempotent);
                self::fail('it was answered');
            } catch (TransportException) {
                self::assertCount($before + $times + 1, (array) $this->client->call('/seen'));
            }
        }
    }

    #[TestDox('sends over a new connection what found the old one gone')]
    public function testStaleConnection(): void
    {
        $noted = static fn(Client $client) => $client->notify('/noted', 'once');
        $echo = static fn(Client $client) => self::assertSame('on', $client->call('/echo', 'on'));
        foreach ([$noted, $echo] as $use) {
            $client = new Client(self::$peer->path);
            $open = $this->stats('open');
            self::assertSame('last', $client->call('/reply-and-close'));
            while ($this->stats('open') > $open) {
                usleep(100);
            }
            $use($client);
        }
        $uris = array_map(
            static fn(\stdClass $seen): mixed => $seen->uri,
            Decode::list(self::$monitor->call('/seen'), Decode::object(...)),
        );
        $noted = array_keys($uris, '/noted', true);
        self::assertCount(1, $noted);
    }

    #[TestDox('leaves a daemon that says it is going, and reads what that one still answers')]
    public function testGoAway(): void
    {
        $before = $this->stats('accepted');
        $goAway = '{"ipcReqID":null,"code":"unavailable","goaway":true,"message":"m"}' . "\n";
        self::assertSame(1, $this->client->call('/raw', ['text' => $goAway . '{"v":2,"ipcReqID":$id,"data":1}' . "\n"]));
        $pool = $this->client->pool();
        $crossing = $pool->call('/late', ['ms' => 30]);
        $this->client->call('/raw', ['text' => $goAway . '{"v":2,"ipcReqID":$id,"data":1}' . "\n"]);
        $later = $pool->call('/echo', 'elsewhere');
        self::assertSame('elsewhere', $later->result());
        self::assertSame($before + 3, $this->stats('accepted'));
        self::assertEquals((object) ['ms' => 30], $crossing->result());
    }

    #[TestDox('sends once more, over a new connection, what a daemon that is going has not executed')]
    public function testNotExecuted(): void
    {
        $before = $this->stats('accepted');
        $refusal = '{"v":2,"ipcReqID":$id,"code":"unavailable","message":"m","goaway":true}' . "\n";
        try {
            $this->client->call('/raw', ['text' => $refusal]);
            self::fail('it was answered');
        } catch (RemoteException $error) {
            self::assertSame(['unavailable', false], [$error->errorCode, $error->wasSent()]);
        }
        self::assertSame($before + 2, $this->stats('accepted'));
        // Without the mark, a handler may have said it.
        $this->expectException(RemoteException::class);
        $this->client->call('/raw', ['text' => strtr($refusal, [',"goaway":true' => ''])]);
    }

    /** @return iterable<string, array{string, bool}> */
    public static function farewells(): iterable
    {
        yield 'the request has not run, where the daemon refuses it' => [',"refused":true', false];
        yield 'the outcome is unknown, where it does not' => ['', true];
    }

    #[DataProvider('farewells')]
    #[TestDox('says why the daemon ends the connection, and that $_dataName')]
    public function testFarewell(string $refusal, bool $sent): void
    {
        try {
            $text = '{"ipcReqID":null,"code":"resource_exhausted","message":"full"' . $refusal . "}\n";
            $this->client->call('/raw', ['text' => $text], timeoutMs: 50);
        } catch (IpcException) {
            // It has said so, and goes on; then it closes.
        }
        try {
            $this->client->call('/close');
            self::fail('it was answered');
        } catch (RemoteException $refused) {
            self::assertSame(['resource_exhausted', 'full', $sent], [$refused->errorCode, $refused->getMessage(), $refused->wasSent()]);
        }
    }

    #[TestDox('sends a oneway message that nobody answers')]
    public function testNotify(): void
    {
        $this->client->notify('/noted', ['n' => 1], meta: ['k' => 'v'], contract: 'h');
        $seen = Decode::list($this->client->call('/seen'), Decode::object(...));
        $noted = $seen[\count($seen) - 2];
        self::assertEquals(['/noted', (object) ['n' => 1], true, (object) ['k' => 'v'], 'h'], [$noted->uri, $noted->data, $noted->oneway, $noted->meta, $noted->contract]);
        self::assertFalse(property_exists($noted, 'timeout'));
    }

    #[TestDox('can be neither copied nor serialized: two with the same ids would get each other’s replies')]
    public function testNoCopies(): void
    {
        $copy = static fn(object $original): object => clone $original;
        foreach ([static fn(Client $client): object => $copy($client), serialize(...)] as $copied) {
            try {
                $copied($this->client);
                self::fail('there are two');
            } catch (\Error | \LogicException $refused) {
                self::assertMatchesRegularExpression('/__clone\(\)|cannot be serialized/', $refused->getMessage());
            }
        }
    }

    /** How many connections the peer has accepted so far, or has open. */
    private function stats(string $what): int
    {
        return Decode::int(Decode::required(Decode::object(self::$monitor->call('/stats')), $what));
    }
}
