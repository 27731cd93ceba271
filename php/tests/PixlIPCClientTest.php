<?php

declare(strict_types=1);

namespace PixlIpc\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Json\Decode;
use PixlIpc\Tests\Fixture\Peer;
use PixlIpc\Tests\Fixture\Script;
use PixlIpc\Tests\Fixture\Stopwatch;
use PixlIpc\Tests\Fixture\TempDirectory;

#[TestDox('The original’s class')]
final class PixlIPCClientTest extends TestCase
{
    private static Peer $peer;

    public static function setUpBeforeClass(): void
    {
        self::$peer = new Peer();
    }

    #[TestDox('has the original’s constants')]
    public function testConstants(): void
    {
        self::assertSame(
            ['E_SOCKET_CONNECT' => 5001, 'E_BAD_REQUEST_TYPE' => 5002, 'E_SOCKET_WRITE' => 5003, 'E_BAD_RESPONSE' => 5004, 'E_SERVER_CLOSE' => 5005, 'E_TIMEOUT' => 5006],
            (new \ReflectionClass(\PixlIPCClient::class))->getConstants(\ReflectionClassConstant::IS_PUBLIC),
        );
    }

    #[TestDox('sends what the original sends, and returns the reply’s data with objects as associative arrays')]
    public function testSend(): void
    {
        $client = new \PixlIPCClient(self::$peer->path);
        $client->connect();
        $request = ['a' => ['b' => []], 'c' => 1.5];
        self::assertSame($request, $client->send('/echo', $request));
        $line = $client->send('/line', $request);
        self::assertIsString($line);
        $envelope = json_decode($line, true);
        self::assertIsArray($envelope);
        self::assertSame(['ipcReqID', 'uri', 'data', 'pid', 'userAgent'], array_keys($envelope));
        self::assertSame([getmypid(), 'PHP/PixlIPCClient' . getcwd()], [$envelope['pid'], $envelope['userAgent']]);
    }

    #[TestDox('works in a directory whose name is no UTF-8, which it says as far as it is')]
    public function testDirectoryOfAnotherCharset(): void
    {
        $directory = TempDirectory::create();
        mkdir("{$directory}/caf\xe9");
        try {
            $script = Script::run(self::$peer->path, 'chdir(hex2bin("' . bin2hex("{$directory}/caf\xe9") . '"));' . <<<'PHP'
                require $fixtures . '/../../PixlIPCClient.class.php';
                $client = new PixlIPCClient($path);
                $request = [];
                echo json_decode($client->send('/line', $request))->userAgent;
                PHP);
        } finally {
            rmdir("{$directory}/caf\xe9");
            TempDirectory::remove($directory);
        }
        self::assertSame([0, "PHP/PixlIPCClient{$directory}/caf\u{FFFD}"], [$script->status, $script->output]);
    }

    #[TestDox('says it is whom the option userAgent says')]
    public function testUserAgent(): void
    {
        $client = new \PixlIPCClient(self::$peer->path, ['userAgent' => 'me']);
        $request = new \stdClass();
        $line = $client->send('/line', $request);
        self::assertIsString($line);
        self::assertStringContainsString('"data":{},"pid":' . getmypid() . ',"userAgent":"me"}', $line);
    }

    #[TestDox('throws 5001 from connect() where nobody accepts, and from send() too')]
    public function testNobody(): void
    {
        $client = new \PixlIPCClient('/nonexistent/s');
        $request = [];
        foreach ([static fn() => $client->connect(), static function () use ($client, $request): void {
            $client->send('/echo', $request);
        }] as $attempt) {
            try {
                $attempt();
                self::fail('it connected');
            } catch (\Exception $refused) {
                self::assertSame(\PixlIPCClient::E_SOCKET_CONNECT, $refused->getCode());
                self::assertStringStartsWith('PixlIPCClient.connect(): stream_socket_client() failed: reason: ', $refused->getMessage());
            }
        }
    }

    #[TestDox('connects by itself where connect() was not called')]
    public function testConnectsByItself(): void
    {
        $client = new \PixlIPCClient(self::$peer->path);
        $request = ['x' => 1];
        self::assertSame($request, $client->send('/echo', $request));
    }

    /** @return iterable<string, array{mixed, string}> */
    public static function badRequests(): iterable
    {
        yield 'text' => ['text', 'Request must be an object or associative array'];
        yield 'a number' => [1, 'Request must be an object or associative array'];
        yield 'null' => [null, 'Request must be an object or associative array'];
        yield 'invalid UTF-8, which the original sends as an empty line' => [['a' => "\xff"], 'data at /a: not valid UTF-8; convert it, or send base64'];
        yield 'NaN' => [[NAN], 'data at /0: JSON has no NaN; send null'];
    }

    #[DataProvider('badRequests')]
    #[TestDox('throws 5002 for $_dataName, and goes on')]
    public function testBadRequest(mixed $request, string $message): void
    {
        $client = new \PixlIPCClient(self::$peer->path);
        try {
            // @phpstan-ignore argument.type (callers of the original have no types)
            $client->send('/echo', $request);
            self::fail('it was sent');
        } catch (\Exception $refused) {
            self::assertSame([\PixlIPCClient::E_BAD_REQUEST_TYPE, $message], [$refused->getCode(), $refused->getMessage()]);
        }
        $good = ['on'];
        self::assertSame($good, $client->send('/echo', $good));
    }

    /** @return iterable<string, array{string, array<string, mixed>}> */
    public static function slow(): iterable
    {
        yield 'that comes late' => ['/late', ['ms' => 100]];
        yield 'that drips, where the original waits for 9 s' => ['/drip', ['everyMs' => 5]];
        yield 'that stops halfway' => ['/half', []];
        yield 'that never comes' => ['/silent', []];
    }

    /** @param array<string, mixed> $request */
    #[DataProvider('slow')]
    #[TestDox('returns false in time for an answer $_dataName, and the next answer is the next request’s')]
    public function testTimeout(string $uri, array $request): void
    {
        $client = new \PixlIPCClient(self::$peer->path, ['requestTimeout' => 60]);
        $watch = new Stopwatch();
        self::assertFalse($client->send($uri, $request));
        self::assertLessThan(110, $watch->ms());
        foreach ([1, 2, 3] as $n) {
            $next = ['n' => $n];
            self::assertSame($next, $client->send('/echo', $next));
        }
    }

    #[TestDox('waits 500 ms where no option says otherwise')]
    public function testDefaultTimeout(): void
    {
        $client = new \PixlIPCClient(self::$peer->path);
        $request = [];
        $watch = new Stopwatch();
        self::assertFalse($client->send('/silent', $request));
        self::assertGreaterThanOrEqual(500, $watch->wallMs());
        self::assertLessThan(550, $watch->ms());
    }

    /** @return iterable<string, array{mixed}> */
    public static function timeouts(): iterable
    {
        yield 'the greatest integer' => [PHP_INT_MAX];
        yield 'more than any integer' => ['1e40'];
        yield 'infinity' => [INF];
    }

    #[DataProvider('timeouts')]
    #[TestDox('takes a timeout of $_dataName for a very long one, and a path and uri that are no strings for their text')]
    public function testLongTimeout(mixed $timeout): void
    {
        $path = new class (self::$peer->path) implements \Stringable {
            public function __construct(private readonly string $text) {}

            public function __toString(): string
            {
                return $this->text;
            }
        };
        $client = new \PixlIPCClient($path, ['requestTimeout' => $timeout, 'connectTimeout' => $timeout]);
        $client->connect();
        $uri = new class implements \Stringable {
            public function __toString(): string
            {
                return '/late';
            }
        };
        $request = ['ms' => 20];
        self::assertSame($request, $client->send($uri, $request));
    }

    #[TestDox('throws 5005 where the server closes the connection, and the next send() opens another')]
    public function testServerCloses(): void
    {
        $client = new \PixlIPCClient(self::$peer->path);
        $request = ['x' => 1];
        foreach (['/close', '/half-and-close'] as $uri) {
            try {
                $client->send($uri, $request);
                self::fail('it was answered');
            } catch (\Exception $closed) {
                self::assertSame(\PixlIPCClient::E_SERVER_CLOSE, $closed->getCode());
                self::assertSame('Server closed the connection (readMessage)', $closed->getMessage());
            }
            self::assertSame($request, $client->send('/echo', $request));
        }
    }

    #[TestDox('throws 5004 for an answer that is no JSON')]
    public function testBadResponse(): void
    {
        $client = new \PixlIPCClient(self::$peer->path);
        $request = ['text' => '{"ipcReqID":$id,"data":nothing}' . "\n"];
        $this->expectExceptionCode(\PixlIPCClient::E_BAD_RESPONSE);
        $this->expectExceptionMessage('Could not json_decode response, details: ');
        $client->send('/raw', $request);
    }

    #[TestDox('returns an error’s data as any other, and null where the reply has none')]
    public function testErrorReply(): void
    {
        $client = new \PixlIPCClient(self::$peer->path);
        $pair = ['code' => 'no_handler_found', 'message' => 'm'];
        $request = ['text' => '{"ipcReqID":$id,"code":"no_handler_found","message":"m","data":' . json_encode($pair) . "}\n"];
        self::assertSame($pair, $client->send('/raw', $request));
        $request = ['text' => '{"ipcReqID":$id}' . "\n"];
        self::assertNull($client->send('/raw', $request));
    }

    #[TestDox('skips messages that answer nobody')]
    public function testPush(): void
    {
        $client = new \PixlIPCClient(self::$peer->path);
        $request = ['text' => '{"data":"push"}' . "\n" . '{"ipcReqID":"rq0","data":0}' . "\n" . '{"ipcReqID":$id,"data":"mine"}' . "\n"];
        self::assertSame('mine', $client->send('/raw', $request));
    }

    #[TestDox('can be subclassed, as the original')]
    public function testSubclass(): void
    {
        $client = new class (self::$peer->path) extends \PixlIPCClient {
            /** @param array<string, mixed> $data */
            public function ask(array $data): mixed
            {
                return $this->send('/echo', $data);
            }
        };
        self::assertSame(['a' => 1], $client->ask(['a' => 1]));
    }

    #[TestDox('can be copied, as the original; the copy has a connection and ids of its own')]
    public function testCopy(): void
    {
        $client = new \PixlIPCClient(self::$peer->path);
        $request = [];
        $client->send('/echo', $request);
        $copy = clone $client;
        $ids = array_map(static function (\PixlIPCClient $each): string {
            $request = [];
            return Decode::string(Decode::object(json_decode(Decode::string($each->send('/line', $request))))->ipcReqID);
        }, [$client, $copy]);
        self::assertCount(2, array_unique($ids));
    }
}
