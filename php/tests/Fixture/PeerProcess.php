<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Fixture;

/** What runs in peer.php: one loop over all connections, with timers. */
final class PeerProcess
{
    /** @var resource */
    private $listener;
    /** @var array<int, PeerConnection> */
    private array $connections = [];
    /** @var list<array{float, \Closure(): void}> when, in seconds, and what */
    private array $timers = [];
    /** @var list<array<array-key, mixed>> every request so far, as it came */
    private array $seen = [];
    private int $accepted = 0;

    public function __construct(string $path, int $backlog)
    {
        $context = stream_context_create(['socket' => ['backlog' => $backlog]]);
        $listener = stream_socket_server("unix://{$path}", $errno, $error, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $context);
        $this->listener = $listener === false ? throw new \RuntimeException("{$error} ({$errno})") : $listener;
        echo "listening\n";
    }

    public function run(): void
    {
        for (;;) {
            $read = [STDIN, $this->listener];
            $write = [];
            foreach ($this->connections as $connection) {
                if (!$connection->isDeaf) {
                    $read[] = $connection->stream;
                }
                if ($connection->hasOutput()) {
                    $write[] = $connection->stream;
                }
            }
            $except = null;
            $wait = $this->timers === [] ? 60.0 : max(0.0, min(array_column($this->timers, 0)) - microtime(true));
            stream_select($read, $write, $except, 0, (int) ($wait * 1e6));
            foreach ([...$read, ...$write] as $stream) {
                if ($stream === STDIN) {
                    return;
                }
                $stream === $this->listener ? $this->accept() : $this->serve((int) $stream, \in_array($stream, $read, true));
            }
            $this->runTimers();
        }
    }

    private function accept(): void
    {
        $stream = stream_socket_accept($this->listener, 0);
        if ($stream !== false) {
            stream_set_blocking($stream, false);
            $this->connections[(int) $stream] = new PeerConnection($stream);
            $this->accepted++;
        }
    }

    private function serve(int $key, bool $isReadable): void
    {
        $connection = $this->connections[$key] ?? null;
        if ($connection === null) {
            return;
        }
        foreach ($isReadable ? $connection->read() : [] as $line) {
            $request = json_decode($line, true, 600);
            $request = \is_array($request) ? $request : ['uri' => '', 'data' => $line];
            $this->seen[] = \strlen($line) > 600 ? ['data' => 'long'] + $request : $request;
            $this->answer($connection, new PeerRequest($request), $line);
        }
        $connection->flush();
        if ($connection->isOver) {
            unset($this->connections[$key]);
        }
    }

    private function answer(PeerConnection $connection, PeerRequest $request, string $line): void
    {
        $reply = static fn(mixed $value): string => json_encode(
            ['v' => 2, 'ipcReqID' => $request->id, 'data' => $value],
            JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION | JSON_UNESCAPED_UNICODE,
            600,
        ) . "\n";
        match ($request->uri) {
            '/echo' => $connection->say($reply($request->data)),
            // Objects and floats as they came, which json_decode() into arrays loses.
            '/line' => $connection->say($reply($line)),
            '/stats' => $connection->say($reply(['open' => \count($this->connections), 'accepted' => $this->accepted])),
            '/seen' => $connection->say($reply($this->seen)),
            '/raw' => $connection->say($request->raw()),
            '/late-raw' => $this->after($request->number('ms'), static fn() => $connection->say($request->raw())),
            '/late' => $this->after($request->number('ms'), static fn() => $connection->say($reply($request->data))),
            '/late-large' => $this->after($request->number('ms'), static fn() => $connection->say($reply(str_repeat('x', $request->number('bytes'))))),
            '/big' => $connection->say($reply(str_repeat('x', $request->number('bytes')))),
            '/late-objects' => $this->after($request->number('ms'), static fn() => $connection->say($request->objects())),
            '/drip' => $this->drip($connection, $reply(str_repeat('x', 10_000)), $request->number('everyMs')),
            '/chatter' => $connection->chatter = true,
            '/half' => $connection->say(substr($reply('half'), 0, -9)),
            '/half-and-close' => $connection->say(substr($reply('half'), 0, -9), thenClose: true),
            '/without-newline' => $connection->say(substr($reply('whole'), 0, -1), thenClose: true),
            '/reply-and-close' => $connection->say($reply('last'), thenClose: true),
            '/close' => $connection->close(),
            '/talk-down' => $connection->talkDown(),
            '/deaf' => $connection->isDeaf = true,
            '/stream' => $this->stream($connection, $request),
            '/ipcserver/credit' => $connection->say($connection->streams[$request->text('id')]->grant($request->number('n'))),
            '/ipcserver/cancel' => $connection->say("{\"v\":2,\"ipcReqID\":\"{$request->text('id')}\",\"code\":\"cancelled\",\"message\":\"m\"}\n"),
            default => null,
        };
    }

    private function drip(PeerConnection $connection, string $text, int $everyMs): void
    {
        if ($text !== '' && !$connection->isOver) {
            $connection->say($text[0]);
            $this->after($everyMs, fn() => $this->drip($connection, substr($text, 1), $everyMs));
        }
    }

    private function stream(PeerConnection $connection, PeerRequest $request): void
    {
        $stream = new PeerStream($request->id, $request->number('count'), $request->text('fail'));
        $connection->streams[$request->id] = $stream;
        $connection->say($stream->grant($request->credit + $request->number('beyond')));
    }

    /** @param \Closure(): mixed $what */
    private function after(int $ms, \Closure $what): void
    {
        $this->timers[] = [microtime(true) + $ms / 1_000, static function () use ($what): void {
            $what();
        }];
    }

    private function runTimers(): void
    {
        [$timers, $this->timers] = [$this->timers, []];
        foreach ($timers as [$at, $what]) {
            if ($at <= microtime(true)) {
                $what();
            } else {
                $this->timers[] = [$at, $what];
            }
        }
        foreach ($this->connections as $key => $connection) {
            $this->serve($key, false);
        }
    }
}
