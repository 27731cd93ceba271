<?php

declare(strict_types=1);

namespace PixlIpc\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Client;
use PixlIpc\ClientOptions;
use PixlIpc\Exception\ConnectException;
use PixlIpc\Exception\InvalidMessageException;
use PixlIpc\Exception\IpcException;
use PixlIpc\Exception\ProtocolException;
use PixlIpc\Exception\RemoteException;
use PixlIpc\Exception\TransportException;
use PixlIpc\Json\Decode;
use PixlIpc\Tests\Fixture\Peer;
use PixlIpc\Tests\Fixture\Script;

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

    /** @return iterable<string, array{mixed}> */
    public static function values(): iterable
    {
        yield 'null' => [null];
        yield 'true' => [true];
        yield 'an integer' => [-9_007_199_254_740_991];
        yield 'text' => ["é😀 \u{2028}\"\\/\n\0"];
        yield 'the empty list' => [[]];
        yield 'lists' => [[1, [2, []]]];
        yield '15 MB of text' => [str_repeat('é', 7_500_000)];
    }

    #[DataProvider('values')]
    #[TestDox('gets back what it sent: $_dataName')]
    public function testValues(mixed $value): void
    {
        self::assertSame($value, $this->client->call('/echo', $value));
    }

    #[TestDox('tells objects from lists, and sends floats with their fraction')]
    public function testObjectsAndFloats(): void
    {
        $line = $this->client->call('/line', ['o' => new \stdClass(), 'l' => [], 'f' => 1.0, 'm' => ['1' => 'x']]);
        self::assertIsString($line);
        self::assertStringContainsString('"data":{"o":{},"l":[],"f":1.0,"m":{"1":"x"}}', $line);
        $reply = $this->client->call('/raw', ['text' => '{"v":2,"ipcReqID":$id,"data":{"o":{},"l":[],"f":1.0}}' . "\n"]);
        self::assertEquals((object) ['o' => new \stdClass(), 'l' => [], 'f' => 1.0], $reply);
        self::assertIsFloat(Decode::object($reply)->f);
    }

    #[TestDox('sends floats as exact whatever serialize_precision says, and leaves that as it was')]
    public function testSerializePrecision(): void
    {
        $before = ini_set('serialize_precision', '5');
        try {
            $line = $this->client->call('/line', [0.1 + 0.2, 1.0, 123_456_789.125]);
            self::assertSame('5', \ini_get('serialize_precision'));
        } finally {
            ini_set('serialize_precision', (string) $before);
        }
        self::assertIsString($line);
        self::assertStringContainsString('"data":[0.30000000000000004,1.0,123456789.125]', $line);
    }

    #[TestDox('sends an envelope of version 2, with what it claims, the time that is left, meta and contract')]
    public function testEnvelope(): void
    {
        $client = new Client(self::$peer->path, new ClientOptions(userAgent: 'me'));
        $line = $client->call('/line', 1, timeoutMs: 500, meta: ['traceparent' => '00-1'], contract: '2b61');
        self::assertIsString($line);
        $envelope = json_decode($line, true);
        self::assertIsArray($envelope);
        self::assertSame(['v', 'ipcReqID', 'uri', 'data', 'pid', 'userAgent', 'timeout', 'meta', 'contract'], array_keys($envelope));
        self::assertMatchesRegularExpression('/^[0-9a-f]{16}\.0$/', Decode::string($envelope['ipcReqID']));
        self::assertSame([2, '/line', 1, getmypid(), 'me'], [$envelope['v'], $envelope['uri'], $envelope['data'], $envelope['pid'], $envelope['userAgent']]);
        self::assertSame([['traceparent' => '00-1'], '2b61'], [$envelope['meta'], $envelope['contract']]);
        self::assertGreaterThan(400, $envelope['timeout']);
        self::assertLessThanOrEqual(500, $envelope['timeout']);
    }

    #[TestDox('never gives an id twice, nor one that another client gave')]
    public function testIds(): void
    {
        $ids = [];
        foreach ([$this->client, $this->client, new Client(self::$peer->path)] as $client) {
            $ids[] = Decode::string(Decode::object(json_decode(Decode::string($client->call('/line'))))->ipcReqID);
        }
        self::assertCount(3, array_unique($ids));
    }

    /** @return iterable<string, array{mixed, string, string}> */
    public static function unsendable(): iterable
    {
        $deep = [];
        for ($level = 1; $level < 512; $level++) {
            $deep = [$deep];
        }
        $circle = new \stdClass();
        $circle->again = ['x' => $circle];
        yield 'invalid UTF-8' => [['lines' => [['name' => "\xff"]]], '/lines/0/name', 'not valid UTF-8'];
        yield 'a key of invalid UTF-8' => [["a\xffb" => 1], '/a\377b', 'not valid UTF-8'];
        yield 'NaN' => [NAN, '', 'no NaN'];
        yield 'infinity' => [['a/b~c' => -INF], '/a~1b~0c', 'no infinity'];
        yield 'an integer over 2^53−1' => [(object) ['id' => 9_007_199_254_740_992], '/id', 'beyond 2^53'];
        yield 'an integer under −2^53+1' => [[1.0, -9_007_199_254_740_992], '/1', 'beyond 2^53'];
        yield 'the least integer' => [PHP_INT_MIN, '', 'beyond 2^53'];
        yield 'an unsafe integer out of jsonSerialize()' => [new class implements \JsonSerializable {
            public function jsonSerialize(): mixed
            {
                return ['n' => PHP_INT_MAX];
            }
        }, '/n', 'beyond 2^53'];
        yield 'an unsafe integer in an ArrayObject' => [['o' => new \ArrayObject(['n' => PHP_INT_MAX])], '/o/n', 'beyond 2^53'];
        yield 'an unsafe integer in an ArrayIterator' => [new \ArrayIterator([1, PHP_INT_MAX]), '/1', 'beyond 2^53'];
        yield 'an unsafe integer in an ArrayObject out of jsonSerialize()' => [new class implements \JsonSerializable {
            public function jsonSerialize(): mixed
            {
                return new \ArrayObject(['a/b' => [PHP_INT_MIN]]);
            }
        }, '/a~1b/0', 'beyond 2^53'];
        yield 'NaN in an ArrayObject' => [['o' => new \ArrayObject(['n' => NAN])], '/o/n', 'no NaN'];
        yield 'a closure' => [['on' => ['done' => static fn() => 1]], '/on/done', 'no form for a Closure'];
        yield 'a generator' => [(static fn() => yield 1)(), '', 'no form for a Generator'];
        yield 'a resource' => [['r' => STDIN], '/r', 'resource'];
        yield 'what is nested 512 deep under the envelope' => [$deep, str_repeat('/0', 511), 'nested deeper than 511'];
        yield 'a circle' => [$circle, str_repeat('/again/x', 255) . '/again', 'in a circle'];
    }

    #[DataProvider('unsendable')]
    #[TestDox('refuses, with its path, $_dataName, and the connection goes on')]
    public function testUnsendable(mixed $data, string $path, string $reason): void
    {
        $seen = \count((array) $this->client->call('/seen'));
        try {
            $this->client->call('/echo', $data);
            self::fail('it was sent');
        } catch (InvalidMessageException $refused) {
            self::assertSame($path, $refused->path);
            self::assertStringContainsString($reason, $refused->getMessage());
            self::assertSame(['invalid_argument', false], [$refused->errorCode(), $refused->wasSent()]);
        }
        self::assertCount($seen + 1, (array) $this->client->call('/seen'));
    }

    #[TestDox('refuses a value of meta that is no string, and names its key')]
    public function testMeta(): void
    {
        $this->expectException(InvalidMessageException::class);
        $this->expectExceptionMessage('meta/tries: expected a string, got int');
        /** @var array<string, string> $meta what a program without static analysis gives */
        $meta = ['traceparent' => '00-1', 'tries' => 9_007_199_254_740_993];
        $this->client->call('/echo', meta: $meta);
    }

    #[TestDox('sends what is nested as deep as may be, and numbers of many digits that are safe')]
    public function testJustSendable(): void
    {
        $deep = [];
        for ($level = 1; $level < 511; $level++) {
            $deep = [$deep];
        }
        self::assertSame($deep, $this->client->call('/echo', $deep));
        $numbers = [9_007_199_254_740_991, '12345678901234567890', 0.1 + 0.2];
        self::assertSame($numbers, $this->client->call('/echo', $numbers));
    }

    #[TestDox('refuses a request over maxFrameBytes, and takes one of just as many')]
    public function testMaxFrameBytes(): void
    {
        $line = self::$monitor->call('/line', '');
        self::assertIsString($line);
        $client = new Client(self::$peer->path, new ClientOptions(maxFrameBytes: \strlen($line) + 1_000));
        // The counter of the id, which may have grown by then, has room in what the timeout needs less.
        $client->notify('/line', str_repeat('x', 1_000));
        $this->expectException(InvalidMessageException::class);
        $this->expectExceptionMessageMatches('/^request is \d+ bytes, limit \d+; raise maxFrameBytes here and max_frame_bytes at/');
        $client->notify('/line', str_repeat('x', 1_100));
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

    #[TestDox('says why the daemon refuses the connection')]
    public function testRefusedConnection(): void
    {
        try {
            $this->client->call('/raw', ['text' => '{"ipcReqID":null,"code":"resource_exhausted","message":"full"}' . "\n"], timeoutMs: 50);
        } catch (IpcException) {
            // It has said so, and goes on; then it closes.
        }
        try {
            $this->client->call('/close');
            self::fail('it was answered');
        } catch (RemoteException $refused) {
            self::assertSame(['resource_exhausted', 'full', false], [$refused->errorCode, $refused->getMessage(), $refused->wasSent()]);
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

    /** @return iterable<string, array{string, int, string}> */
    public static function nobody(): iterable
    {
        yield 'there is nothing' => ['/nonexistent/s', 2, 'start the daemon, or correct the path'];
        yield 'there is no socket' => [__FILE__, 111, 'nobody listens'];
    }

    #[DataProvider('nobody')]
    #[TestDox('says what to do where $_dataName at its path')]
    public function testConnectFails(string $path, int $errno, string $remedy): void
    {
        if (\strlen($path) > 107) {
            $path = \dirname(__DIR__) . '/composer.json';
        }
        try {
            Client::connect($path);
            self::fail('it connected');
        } catch (ConnectException $refused) {
            self::assertSame([$errno, 'unavailable', false], [$refused->errno, $refused->errorCode(), $refused->wasSent()]);
            self::assertStringContainsString($remedy, $refused->getMessage());
        }
    }

    /** @return iterable<string, array{string}> */
    public static function noPaths(): iterable
    {
        yield 'empty' => [''];
        yield 'over 107 bytes' => ['/' . str_repeat('x', 107)];
        yield 'with a NUL' => ["/run/a\0b"];
    }

    #[DataProvider('noPaths')]
    #[TestDox('is not made for a path that is $_dataName')]
    public function testPath(string $path): void
    {
        $this->expectException(\InvalidArgumentException::class);
        new Client($path);
    }

    #[TestDox('takes a relative path from the directory it is made in, and a persistent connection never for one from another')]
    public function testRelativePath(): void
    {
        $other = new Peer();
        $script = Script::run(self::$peer->path, <<<'PHP'
            require $fixtures . '/../../PixlIPCClient.class.php';
            foreach ([dirname($path), getenv('OTHER'), dirname($path)] as $directory) {
                chdir($directory);
                $relative = new Client('s', new ClientOptions(persistent: true));
                $original = new PixlIPCClient('s', ['requestTimeout' => 20]);
                chdir('/');
                $relative->notify('/cwd', $directory);
                $request = [$directory];
                $original->send('/cwd', $request);
            }
            PHP, [], 'export OTHER=' . \dirname($other->path));
        self::assertSame([0, ''], [$script->status, $script->output]);
        $here = \dirname(self::$peer->path);
        $there = \dirname($other->path);
        self::assertSame([$here, [$here], $here, [$here]], self::noted(self::$monitor));
        self::assertSame([$there, [$there]], self::noted(new Client($other->path)));
    }

    /** @return list<mixed> what the peer was told at /cwd */
    private static function noted(Client $monitor): array
    {
        $noted = [];
        foreach (Decode::list($monitor->call('/seen'), Decode::object(...)) as $request) {
            if ($request->uri === '/cwd') {
                $noted[] = $request->data;
            }
        }
        return $noted;
    }

    /** How many connections the peer has accepted so far, or has open. */
    private function stats(string $what): int
    {
        return Decode::int(Decode::required(Decode::object(self::$monitor->call('/stats')), $what));
    }
}
