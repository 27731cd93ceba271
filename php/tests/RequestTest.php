<?php

declare(strict_types=1);

namespace PixlIpc\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Client;
use PixlIpc\ClientOptions;
use PixlIpc\Exception\InvalidMessageException;
use PixlIpc\Json\Decode;
use PixlIpc\Json\Encode;
use PixlIpc\Tests\Fixture\Peer;

#[TestDox('A client that sends values')]
final class RequestTest extends TestCase
{
    private static Peer $peer;
    private Client $client;

    public static function setUpBeforeClass(): void
    {
        self::$peer = new Peer();
    }

    protected function setUp(): void
    {
        $this->client = new Client(self::$peer->path);
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

    #[TestDox('sends keys that begin with NUL where they are those of an array, of a map of generated code, or of meta')]
    public function testNulKeys(): void
    {
        // A peer of its own: what it has seen, PHP cannot read.
        $peer = new Peer();
        $line = (new Client($peer->path))->call('/line', [["\0a" => 1, 0 => 2], Encode::map(["\0" => [], 'b' => 1])], meta: ["\0k" => 'v']);
        self::assertIsString($line);
        self::assertStringContainsString('"data":[{"\u0000a":1,"0":2},{"\u0000":[],"b":1}]', $line);
        self::assertStringContainsString('"meta":{"\u0000k":"v"}', $line);
    }

    #[TestDox('leaves out, as json_encode() does, the properties of an object that are not public')]
    public function testPrivateProperties(): void
    {
        $object = new class {
            private int $hidden = 1;
            public int $seen = 2;

            public function hidden(): int
            {
                return $this->hidden;
            }
        };
        self::assertEquals((object) ['seen' => 2], $this->client->call('/echo', $object));
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
        yield 'a key of an object that begins with NUL' => [['a' => [(object) ["x\0" => 1, "\0y" => 2]]], '/a/0/\000y', 'begins with NUL'];
        yield 'such a key of an ArrayObject' => [new \ArrayObject(["\0" => 1, 'a' => 1]), '/\000', 'begins with NUL'];
        yield 'such a key alone' => [(object) ["\0" => 1], '/\000', 'begins with NUL'];
        yield 'a time before the year 0' => [['at' => Encode::instant(new \DateTimeImmutable('-0001-12-31T00:00:00Z'))], '/at', 'years are 0000 to 9999'];
        yield 'a time after the year 9999' => [['at' => [Encode::instant(new \DateTimeImmutable('9999-12-31T23:00:00-01:00'))]], '/at/0', 'years are 0000 to 9999'];
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
        $line = $this->client->call('/line', '');
        self::assertIsString($line);
        $client = new Client(self::$peer->path, new ClientOptions(maxFrameBytes: \strlen($line) + 1_000));
        // The counter of the id, which may have grown by then, has room in what the timeout needs less.
        $client->notify('/line', str_repeat('x', 1_000));
        $this->expectException(InvalidMessageException::class);
        $this->expectExceptionMessageMatches('/^request is \d+ bytes, limit \d+; raise maxFrameBytes here and max_frame_bytes at/');
        $client->notify('/line', str_repeat('x', 1_100));
    }
}
