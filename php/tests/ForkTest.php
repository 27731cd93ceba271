<?php

declare(strict_types=1);

namespace PixlIpc\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Tests\Fixture\Peer;
use PixlIpc\Tests\Fixture\Script;

#[TestDox('A forked child')]
final class ForkTest extends TestCase
{
    /** @return iterable<string, array{string}> */
    public static function kinds(): iterable
    {
        yield 'plain' => ['false'];
        yield 'persistent' => ['true'];
    }

    #[DataProvider('kinds')]
    #[TestDox('opens its own connection and leaves its parent’s alone: $_dataName')]
    public function testOwnConnection(string $persistent): void
    {
        $peer = new Peer();
        $script = Script::run($peer->path, <<<PHP
            \$client = Client::connect(\$path, new ClientOptions(persistent: {$persistent}));
            \$client->call('/echo');
            \$wrong = 0;
            \$children = [];
            for (\$i = 0; \$i < 4; \$i++) {
                if ((\$pid = pcntl_fork()) === 0) {
                    for (\$n = 0; \$n < 300; \$n++) { \$wrong += (int) (\$client->call('/echo', [\$i, \$n]) !== [\$i, \$n]); }
                    exit(min(100, \$wrong));
                }
                \$children[] = \$pid;
            }
            for (\$n = 0; \$n < 300; \$n++) { \$wrong += (int) (\$client->call('/echo', ['parent', \$n]) !== ['parent', \$n]); }
            foreach (\$children as \$pid) { pcntl_waitpid(\$pid, \$status); \$wrong += pcntl_wexitstatus(\$status); }
            echo \$wrong, ' wrong, ', \$client->call('/stats')->accepted, ' connections';
            PHP);
        self::assertSame([0, '0 wrong, 5 connections'], [$script->status, $script->output]);
    }

    #[TestDox('says its own process id')]
    public function testPid(): void
    {
        $peer = new Peer();
        $script = Script::run($peer->path, <<<'PHP'
            require $fixtures . '/../../PixlIPCClient.class.php';
            $client->call('/echo');
            $original = new PixlIPCClient($path);
            if (pcntl_fork() === 0) {
                $request = [];
                foreach ([$client->call('/line'), $original->send('/line', $request)] as $line) {
                    echo json_decode($line)->pid === getmypid() ? 'own ' : 'another’s ';
                }
                $client->later('/noted');
                $client->flush();
                $noted = array_filter($client->call('/seen'), fn($request) => $request->uri === '/noted');
                echo end($noted)->pid === getmypid() ? 'own' : 'another’s';
                exit;
            }
            pcntl_wait($status);
            PHP);
        self::assertSame([0, 'own own own'], [$script->status, $script->output]);
    }

    #[DataProvider('kinds')]
    #[TestDox('that ends takes nothing from its parent, whose calls and streams go on: $_dataName')]
    public function testParentGoesOn(string $persistent): void
    {
        $peer = new Peer();
        $script = Script::run($peer->path, <<<PHP
            \$client = Client::connect(\$path, new ClientOptions(persistent: {$persistent}));
            \$call = \$client->pool()->call('/late', ['ms' => 50]);
            \$stream = \$client->stream('/stream', ['count' => 100], credit: 4);
            echo \$stream->current();
            if (pcntl_fork() === 0) {
                // Destructors and shutdown functions run, with all that the parent had open.
                exit;
            }
            pcntl_wait(\$status);
            echo ' ', \$call->result()->ms, ' ', count(iterator_to_array(\$stream, false)), ' ', count(array_filter(
                \$client->call('/seen'),
                fn(\$request) => \$request->uri === '/ipcserver/cancel',
            ));
            PHP);
        self::assertSame([0, '0 50 100 0'], [$script->status, $script->output]);
    }

    #[TestDox('that waits for its parent’s reply is told so, and takes nothing of it')]
    public function testParentsReply(): void
    {
        $peer = new Peer();
        $script = Script::run($peer->path, <<<'PHP'
            $call = $client->pool()->call('/late', ['ms' => 50]);
            $stream = $client->stream('/stream', ['count' => 10], credit: 2);
            $stream->current();
            $stream->next();
            if (pcntl_fork() === 0) {
                echo get_class($call->failure()), ' ';
                try { for (; $stream->valid(); $stream->next()) { echo $stream->current(); } } catch (IpcException $e) { echo ' ', get_class($e), ' '; }
                exit;
            }
            pcntl_wait($status);
            echo $call->result()->ms;
            PHP);
        $expected = 'PixlIpc\Exception\TransportException 1 PixlIpc\Exception\TransportException 50';
        self::assertSame([0, $expected], [$script->status, $script->output]);
    }
}
