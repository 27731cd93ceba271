<?php

declare(strict_types=1);

namespace PixlIpc\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Client;
use PixlIpc\Exception\ConnectException;
use PixlIpc\Json\Decode;
use PixlIpc\Tests\Fixture\Peer;
use PixlIpc\Tests\Fixture\Script;

#[TestDox('The path of a client’s socket')]
final class SocketPathTest extends TestCase
{
    /** @return iterable<string, array{string, int, string}> */
    public static function nobody(): iterable
    {
        yield 'there is nothing' => ['/nonexistent/s', 2, 'start the daemon, or correct the path'];
        yield 'there is no socket' => [__FILE__, 111, 'nobody listens'];
    }

    #[DataProvider('nobody')]
    #[TestDox('where $_dataName says what to do')]
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
    #[TestDox('is refused where it is $_dataName')]
    public function testPath(string $path): void
    {
        $this->expectException(\InvalidArgumentException::class);
        new Client($path);
    }

    #[TestDox('that is relative counts from where the client is made, and finds no persistent connection of another directory')]
    public function testRelativePath(): void
    {
        $here = new Peer();
        $there = new Peer();
        $script = Script::run($here->path, <<<'PHP'
            require $fixtures . '/../../PixlIPCClient.class.php';
            foreach ([dirname($path), getenv('THERE'), dirname($path)] as $directory) {
                chdir($directory);
                $relative = new Client('s', new ClientOptions(persistent: true));
                $original = new PixlIPCClient('s', ['requestTimeout' => 20]);
                chdir('/');
                $relative->notify('/cwd', $directory);
                $request = [$directory];
                $original->send('/cwd', $request);
            }
            PHP, [], 'export THERE=' . \dirname($there->path));
        self::assertSame([0, ''], [$script->status, $script->output]);
        $directory = \dirname($here->path);
        self::assertSame([$directory, [$directory], $directory, [$directory]], self::noted($here));
        $directory = \dirname($there->path);
        self::assertSame([$directory, [$directory]], self::noted($there));
    }

    /** @return list<mixed> what the peer was told at /cwd */
    private static function noted(Peer $peer): array
    {
        $noted = [];
        foreach (Decode::list((new Client($peer->path))->call('/seen'), Decode::object(...)) as $request) {
            if ($request->uri === '/cwd') {
                $noted[] = $request->data;
            }
        }
        return $noted;
    }
}
