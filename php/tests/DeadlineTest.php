<?php

declare(strict_types=1);

namespace PixlIpc\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Client;
use PixlIpc\ClientOptions;
use PixlIpc\Exception\ConnectException;
use PixlIpc\Exception\TimeoutException;
use PixlIpc\Exception\TransportException;
use PixlIpc\Json\Decode;
use PixlIpc\Tests\Fixture\Peer;
use PixlIpc\Tests\Fixture\Script;
use PixlIpc\Tests\Fixture\Stopwatch;
use PixlIpc\Tests\Fixture\TempDirectory;

/** Promise 14: no call exceeds its deadline by more than 50 ms, and the next call is clean. */
#[TestDox('A call')]
final class DeadlineTest extends TestCase
{
    private const TIMEOUT_MS = 120;
    private const MAX_LATE_MS = 50;

    /** Lets a script be signalled by another process, all the while, from `$shoot()` on. */
    private const SHOOTER = <<<'PHP'
        require $fixtures . '/Stopwatch.php';
        pcntl_async_signals(true);
        // A signal handler that comes while a class is being loaded cannot have it loaded once more.
        $client->call('/echo');
        $shoot = fn() => proc_open(['sh', '-c', 'for i in $(seq 500); do kill -USR1 "$0" || exit; sleep 0.003; done', (string) getmypid()], [], $pipes);

        PHP;

    private static Peer $peer;

    public static function setUpBeforeClass(): void
    {
        self::$peer = new Peer();
    }

    /** @return iterable<string, array{string, mixed, bool}> */
    public static function peers(): iterable
    {
        yield 'stays silent' => ['/silent', null, true];
        yield 'drips its answer' => ['/drip', ['everyMs' => 5], true];
        yield 'chatters' => ['/chatter', null, true];
        yield 'answers half and goes on' => ['/half', null, true];
        // Within the second call, so a connection that was kept would give it the answer to the first.
        yield 'answers too late' => ['/late', ['ms' => 200], true];
        yield 'sends a large answer that comes too late' => ['/late-large', ['ms' => 130, 'bytes' => 2_000_000], true];
    }

    #[DataProvider('peers')]
    #[TestDox('ends in time before a daemon that $_dataName, says what was sent, and the next one is clean')]
    public function testEndsInTime(string $uri, mixed $data, bool $sent): void
    {
        $client = Client::connect(self::$peer->path);
        foreach ([1, 2] as $_) {
            $watch = new Stopwatch();
            try {
                $client->call($uri, $data, timeoutMs: self::TIMEOUT_MS);
                self::fail('it was answered');
            } catch (TimeoutException $timeout) {
                self::assertInTime($watch);
                self::assertSame([$sent, 'deadline_exceeded', $uri], [$timeout->wasSent(), $timeout->errorCode(), $timeout->uri]);
            }
            if ($uri !== '/chatter') {
                self::assertSame($uri, $client->call('/echo', $uri));
            }
        }
    }

    #[TestDox('that the daemon does not read ends in time, was not sent, and costs the connection')]
    public function testDeaf(): void
    {
        $client = Client::connect(self::$peer->path);
        $client->notify('/deaf');
        $watch = new Stopwatch();
        try {
            $client->call('/echo', str_repeat('x', 5_000_000), timeoutMs: self::TIMEOUT_MS);
            self::fail('it was answered');
        } catch (TimeoutException $timeout) {
            self::assertInTime($watch);
            self::assertFalse($timeout->wasSent());
            self::assertStringStartsWith('could not send to /echo within 120 ms', $timeout->getMessage());
        }
        self::assertSame('on', $client->call('/echo', 'on'));
    }

    #[TestDox('ends in time before a daemon that takes nothing and talks all the while, and was not sent')]
    public function testTalksDown(): void
    {
        $client = Client::connect(self::$peer->path);
        $client->notify('/talk-down');
        // The daemon reads in order: it has begun.
        (new Client(self::$peer->path))->call('/echo');
        $watch = new Stopwatch();
        try {
            // Where it stops to breathe, the call goes over a new connection.
            self::assertSame('new', $client->call('/echo', 'new', timeoutMs: self::TIMEOUT_MS));
        } catch (TimeoutException $timeout) {
            self::assertFalse($timeout->wasSent());
        }
        self::assertLessThanOrEqual(self::TIMEOUT_MS + self::MAX_LATE_MS, $watch->ms());
        self::assertSame('on', $client->call('/echo', 'on'));
    }

    /** @return iterable<string, array{string}> */
    public static function heads(): iterable
    {
        yield 'for a call that was given up' => ['{"v":2,"ipcReqID":$id,'];
        yield 'for nobody' => ['{'];
    }

    #[DataProvider('heads')]
    #[TestDox('does not take the time to parse a large reply $_dataName')]
    public function testLargeForNobody(string $head): void
    {
        $pool = Client::connect(self::$peer->path)->pool();
        $given = $pool->call('/late-objects', ['ms' => 40, 'head' => $head, 'count' => 2_000_000], timeoutMs: 20);
        $after = $pool->call('/late', ['ms' => 41]);
        self::assertInstanceOf(TimeoutException::class, $given->failure());
        memory_reset_peak_usage();
        $before = memory_get_usage();
        self::assertNull($after->failure());
        // 6 MB come; what is parsed of them takes over 100 MB.
        self::assertLessThan(40_000_000, memory_get_peak_usage() - $before);
    }

    #[TestDox('that says nothing of time takes the client’s')]
    public function testDefault(): void
    {
        $client = new Client(self::$peer->path, new ClientOptions(requestTimeoutMs: 60));
        $watch = new Stopwatch();
        try {
            $client->call('/silent');
            self::fail('it was answered');
        } catch (TimeoutException $timeout) {
            self::assertSame(60, $timeout->timeoutMs);
            self::assertInTime($watch, 60);
        }
    }

    #[TestDox('waits for a full backlog until its deadline, and no longer')]
    public function testFullBacklog(): void
    {
        $directory = TempDirectory::create();
        $path = "{$directory}/s";
        $context = stream_context_create(['socket' => ['backlog' => 0]]);
        $listener = stream_socket_server("unix://{$path}", $errno, $error, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $context);
        self::assertIsResource($listener);
        $waiting = Client::connect($path);
        $watch = new Stopwatch();
        try {
            (new Client($path))->call('/echo', timeoutMs: self::TIMEOUT_MS);
            self::fail('it was answered');
        } catch (ConnectException $full) {
            self::assertInTime($watch);
            self::assertSame([11, false], [$full->errno, $full->wasSent()]);
            self::assertStringContainsString('raise its listen_backlog', $full->getMessage());
        }
        $waiting->close();
        fclose($listener);
        TempDirectory::remove($directory);
    }

    #[TestDox('gets through when a full backlog empties in time')]
    public function testBacklogEmpties(): void
    {
        $peer = new Peer(backlog: 0);
        $peer->signal(SIGSTOP);
        $first = Client::connect($peer->path);
        // The continuation comes from another process while this one waits.
        $script = proc_open(['sh', '-c', 'sleep 0.1; kill -CONT "$0"', (string) $peer->pid()], [], $pipes);
        self::assertIsResource($script);
        $watch = new Stopwatch();
        self::assertSame('in', (new Client($peer->path))->call('/echo', 'in', timeoutMs: 5_000));
        self::assertGreaterThan(50, $watch->wallMs());
        proc_close($script);
        $first->close();
    }

    /** @return iterable<string, array{string}> */
    public static function settings(): iterable
    {
        yield '0' => ['0'];
        yield '1' => ['1'];
        yield '-1' => ['-1'];
        yield '60' => ['60'];
    }

    #[DataProvider('settings')]
    #[TestDox('does not care for a default_socket_timeout of $_dataName')]
    public function testDefaultSocketTimeout(string $seconds): void
    {
        $script = Script::run(self::$peer->path, <<<'PHP'
            echo $client->call('/late', ['ms' => 30])->ms;
            $start = hrtime(true);
            try { $client->call('/silent', timeoutMs: 100); } catch (IpcException) { echo (hrtime(true) - $start) / 1e6 < 150 ? ' in time' : ' late'; }
            echo $client->call('/echo', ', next');
            PHP, ['-d', "default_socket_timeout={$seconds}"]);
        self::assertSame([0, '30 in time, next'], [$script->status, $script->output]);
    }

    #[TestDox('ends in time though signals come all the while')]
    public function testSignals(): void
    {
        $script = Script::run(self::$peer->path, self::SHOOTER . <<<'PHP'
            $signals = 0;
            pcntl_signal(SIGUSR1, function () use (&$signals): void { $signals++; });
            $shooter = $shoot();
            for ($calls = 0; $signals < 10 && $calls < 50; $calls++) {
                $watch = new PixlIpc\Tests\Fixture\Stopwatch();
                try { $client->call('/silent', timeoutMs: 40); } catch (IpcException $timeout) {}
                if ($watch->ms() > 90) { echo "after {$watch->ms()} ms "; }
            }
            proc_terminate($shooter);
            echo $timeout::class, $signals >= 10 ? ' in time under signals' : " under {$signals} signals";
            PHP);
        self::assertSame([0, TimeoutException::class . ' in time under signals'], [$script->status, $script->output]);
    }

    #[TestDox('may be made by a signal handler in the midst of another, and each gets its own reply')]
    public function testCallingSignalHandler(): void
    {
        $script = Script::run(self::$peer->path, self::SHOOTER . <<<'PHP'
            $signals = $wrong = 0;
            pcntl_signal(SIGUSR1, function () use (&$signals, &$wrong, $client): void {
                $signals++;
                $wrong += (int) ($client->call('/echo', ['signal', $signals]) !== ['signal', $signals]);
            });
            $shooter = $shoot();
            $text = str_repeat('x', 300_000);
            for ($i = 0; $i < 10_000 && $signals < 20; $i++) {
                $wrong += (int) ($client->call('/echo', [$i, $text]) !== [$i, $text]);
            }
            proc_terminate($shooter);
            echo $wrong, ' wrong of ', $signals >= 20 ? 'many' : $signals;
            PHP);
        self::assertSame([0, '0 wrong of many'], [$script->status, $script->output]);
    }

    #[TestDox('that an exception out of a signal handler ends leaves the next one clean')]
    public function testThrowingSignalHandler(): void
    {
        $script = Script::run(self::$peer->path, <<<'PHP'
            pcntl_async_signals(true);
            pcntl_signal(SIGALRM, fn() => throw new RuntimeException('job timeout'));
            pcntl_alarm(1);
            try { $client->call('/silent', timeoutMs: 5_000); } catch (RuntimeException $e) { echo $e->getMessage(); }
            echo $client->call('/echo', ', next');
            PHP);
        self::assertSame([0, 'job timeout, next'], [$script->status, $script->output]);
    }

    /** @return iterable<string, array{string, string}> */
    public static function closing(): iterable
    {
        yield 'a connection of its own, which ends at once' => ['false', TransportException::class . ' sent'];
        yield 'a persistent one, which goes on' => ['true', '900'];
    }

    #[DataProvider('closing')]
    #[TestDox('while it waits may see its client closed by a signal handler: $_dataName')]
    public function testClosingSignalHandler(string $persistent, string $outcome): void
    {
        $script = Script::run(self::$peer->path, <<<PHP
            require \$fixtures . '/Stopwatch.php';
            pcntl_async_signals(true);
            \$client = new Client(\$path, new ClientOptions(persistent: {$persistent}));
            pcntl_signal(SIGUSR1, fn() => \$client->close());
            \$client->call('/echo');
            \$watch = new PixlIpc\Tests\Fixture\Stopwatch();
            \$shooter = proc_open(['sh', '-c', 'sleep 0.03; kill -USR1 "\$0"', (string) getmypid()], [], \$pipes);
            try {
                echo \$client->call('/late', ['ms' => 900], timeoutMs: 5_000)->ms;
            } catch (IpcException \$lost) {
                echo \$lost::class, \$lost->wasSent() ? ' sent' : ' not sent';
            }
            echo \$watch->ms() < 4_000 ? ', ' : ' late, ', \$client->call('/echo', 'next');
            PHP);
        self::assertSame([0, "{$outcome}, next"], [$script->status, $script->output]);
    }

    #[TestDox('in which a signal handler exits leaves no persistent connection open, whatever runs at the end still')]
    public function testExitingSignalHandler(): void
    {
        $peer = new Peer();
        $script = Script::run($peer->path, <<<'PHP'
            pcntl_async_signals(true);
            pcntl_signal(SIGUSR1, fn() => exit(3));
            $kept = new Client($path, new ClientOptions(persistent: true));
            $kept->call('/echo');
            $kept->later('/noted');
            register_shutdown_function(function () use ($client): void {
                // The peer may hear of this call before it hears of the end of the other connection.
                for ($looks = 0; $client->call('/stats')->open > 1 && $looks < 1_000; $looks++) usleep(5_000);
                echo $client->call('/stats')->open, ' open';
            });
            $shooter = proc_open(['sh', '-c', 'sleep 0.03; kill -USR1 "$0"', (string) getmypid()], [], $pipes);
            $kept->call('/silent', timeoutMs: 5_000);
            PHP);
        self::assertSame([3, '1 open'], [$script->status, $script->output]);
        $uris = array_column(Decode::list((new Client($peer->path))->call('/seen'), Decode::object(...)), 'uri');
        self::assertContains('/noted', $uris);
    }

    #[TestDox('over a descriptor that select() cannot take says so at once')]
    public function testDescriptorTooHigh(): void
    {
        $script = Script::run(self::$peer->path, <<<'PHP'
            $files = [];
            for ($i = 0; $i < 1_100; $i++) { $files[] = fopen('/dev/null', 'r'); }
            foreach ([false, true] as $persistent) {
                $client = new Client($path, new ClientOptions(persistent: $persistent));
                try { $client->call('/echo'); } catch (IpcException $e) { echo $e->errorCode(), ' ', str_contains($e->getMessage(), 'FD_SETSIZE') ? 'told ' : 'no word '; }
            }
            $files = [];
            echo $client->call('/echo', 'on');
            PHP, shell: 'ulimit -n 2000');
        self::assertSame([0, 'resource_exhausted told resource_exhausted told on'], [$script->status, $script->output]);
    }

    #[TestDox('is refused where its time is none')]
    public function testNoTime(): void
    {
        $this->expectException(\InvalidArgumentException::class);
        $this->expectExceptionMessage('timeoutMs is 0; give a number from 1 to 86400000');
        (new Client(self::$peer->path))->call('/echo', timeoutMs: 0);
    }

    private static function assertInTime(Stopwatch $watch, int $timeoutMs = self::TIMEOUT_MS): void
    {
        self::assertLessThanOrEqual($timeoutMs + self::MAX_LATE_MS, $watch->ms());
        self::assertGreaterThanOrEqual($timeoutMs, $watch->wallMs());
    }
}
