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
use PixlIpc\Json\Decode;
use PixlIpc\Tests\Fixture\Peer;
use PixlIpc\Tests\Fixture\RecordingLogger;
use PixlIpc\Tests\Fixture\Script;

#[TestDox('A message for later')]
final class LaterTest extends TestCase
{
    private Peer $peer;
    private Client $client;

    protected function setUp(): void
    {
        $this->peer = new Peer();
        $this->client = new Client($this->peer->path);
    }

    /** @return iterable<string, array{string, int}> */
    public static function ends(): iterable
    {
        yield 'ends by itself' => ['', 0];
        yield 'exits' => ['exit(3);', 3];
        yield 'throws' => ['throw new Exception("x");', 255];
        yield 'ends in a fatal error' => ['ini_set("memory_limit", "4M"); str_repeat("x", 10_000_000);', 255];
    }

    #[DataProvider('ends')]
    #[TestDox('is sent when the script $_dataName, after everything else, in order')]
    public function testSentAtTheEnd(string $end, int $status): void
    {
        $script = Script::run($this->peer->path, <<<PHP
            \$client->later('/noted', ['n' => 1]);
            register_shutdown_function(fn() => \$client->notify('/noted', ['n' => 'shutdown']));
            \$client->later('/noted', ['n' => 2], meta: ['k' => 'v'], contract: 'h');
            \$client->notify('/noted', ['n' => 'script']);
            {$end}
            PHP);
        self::assertSame($status, $script->status);
        self::assertSame(['script', 'shutdown', 1, 2], $this->noted());
    }

    #[TestDox('is sent although another shutdown function exits, over a connection that is still open or a new one')]
    public function testExitInShutdown(): void
    {
        $script = Script::run($this->peer->path, <<<'PHP'
            register_shutdown_function(fn() => exit(3));
            $client->later('/noted', ['n' => 1]);
            $client->notify('/noted', ['n' => 'script']);
            (new Client($path))->later('/noted', ['n' => 2]);
            PHP);
        self::assertSame([3, ''], [$script->status, $script->output]);
        $noted = $this->noted();
        self::assertSame('script', array_shift($noted));
        self::assertEqualsCanonicalizing([1, 2], $noted);
    }

    #[TestDox('is sent by flush(), once')]
    public function testFlush(): void
    {
        $this->client->later('/noted', ['n' => 1]);
        self::assertSame([], $this->noted());
        $this->client->flush();
        $this->client->flush();
        self::assertSame([1], $this->noted());
    }

    #[TestDox('keeps its client until it is sent, and no longer')]
    public function testLetsGo(): void
    {
        $sent = new Client($this->peer->path);
        $sent->later('/noted', ['n' => 'sent']);
        $sent->flush();
        $reference = \WeakReference::create($sent);
        unset($sent);
        self::assertNull($reference->get());
        $script = Script::run($this->peer->path, <<<'PHP'
            (new Client($path))->later('/noted', ['n' => 'first']);
            (new Client($path))->later('/noted', ['n' => 'second']);
            register_shutdown_function(fn() => register_shutdown_function(fn() => register_shutdown_function(
                fn() => (new Client($path))->later('/noted', ['n' => 'last']),
            )));
            PHP);
        self::assertSame([0, ''], [$script->status, $script->output]);
        self::assertSame(['sent', 'first', 'second', 'last'], $this->noted());
    }

    #[TestDox('that cannot be sent is refused where it is given')]
    public function testRefused(): void
    {
        $this->expectException(InvalidMessageException::class);
        $this->client->later('/noted', NAN);
    }

    #[TestDox('beyond maxLater sends those before it')]
    public function testMaxLater(): void
    {
        $client = new Client($this->peer->path, new ClientOptions(maxLater: 2));
        foreach ([1, 2, 3] as $n) {
            $client->later('/noted', ['n' => $n]);
        }
        self::assertSame([1, 2], $this->noted());
        $client->flush();
        self::assertSame([1, 2, 3], $this->noted());
    }

    #[TestDox('stays where flush() finds nobody, and is logged where the end does')]
    public function testNobody(): void
    {
        $logger = new RecordingLogger();
        $client = new Client('/nonexistent/s', new ClientOptions(logger: $logger, maxLater: 1));
        $client->later('/noted', ['n' => 'secret']);
        try {
            $client->flush();
            self::fail('it was sent');
        } catch (ConnectException) {
            self::assertSame('', $logger->text());
        }
        $client->later('/noted', ['n' => 'secret']);
        $log = $logger->text();
        self::assertStringStartsWith('error: 1 later messages are lost: cannot connect to /nonexistent/s', $log);
        self::assertStringNotContainsString('secret', $log);
    }

    #[TestDox('of a parent is not sent by its forked child as well, and the child’s own is')]
    public function testFork(): void
    {
        $script = Script::run($this->peer->path, <<<'PHP'
            $client->later('/noted', ['n' => 'parent']);
            $child = pcntl_fork();
            if ($child === 0) {
                $client->later('/noted', ['n' => 'child']);
                exit;
            }
            pcntl_waitpid($child, $status);
            echo $client->call('/echo', 'on');
            PHP);
        self::assertSame([0, 'on'], [$script->status, $script->output]);
        self::assertSame(['child', 'parent'], $this->noted());
    }

    /** @return list<mixed> */
    private function noted(): array
    {
        $noted = [];
        foreach (Decode::list($this->client->call('/seen'), Decode::object(...)) as $request) {
            if ($request->uri === '/noted') {
                $noted[] = Decode::object($request->data)->n;
            }
        }
        return $noted;
    }
}
