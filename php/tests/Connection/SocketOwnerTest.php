<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Connection;

use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Client;
use PixlIpc\ClientOptions;
use PixlIpc\Exception\ConnectException;
use PixlIpc\Tests\Fixture\Peer;

#[TestDox('A client that expects a user')]
final class SocketOwnerTest extends TestCase
{
    private Peer $peer;
    private int $uid;

    protected function setUp(): void
    {
        $this->peer = new Peer();
        $this->uid = (int) getmyuid();
        self::assertSame($this->uid, fileowner($this->peer->path));
    }

    #[TestDox('connects where the socket is that user’s, kept for the next script or not')]
    public function testOwn(): void
    {
        foreach ([false, true] as $persistent) {
            $client = new Client($this->peer->path, new ClientOptions(persistent: $persistent, expectUid: $this->uid));
            self::assertSame('on', $client->call('/echo', 'on'));
        }
    }

    #[TestDox('does not connect where it is somebody else’s')]
    public function testOther(): void
    {
        $this->assertRefused($this->uid + 1, "it belongs to uid {$this->uid}, expected " . ($this->uid + 1));
    }

    #[TestDox('does not connect where everybody may replace it, and does where a sticky bit keeps others from that')]
    public function testDirectory(): void
    {
        chmod(\dirname($this->peer->path), 0o777);
        $this->assertRefused($this->uid, 'everybody may replace it');
        chmod(\dirname($this->peer->path), 0o1777);
        $client = new Client($this->peer->path, new ClientOptions(expectUid: $this->uid));
        self::assertSame('on', $client->call('/echo', 'on'));
    }

    #[TestDox('does not connect to what is no socket, a link to one for example')]
    public function testNoSocket(): void
    {
        $socket = $this->peer->path;
        symlink($socket, "{$socket}.link");
        $client = new Client("{$socket}.link", new ClientOptions(expectUid: $this->uid));
        $this->expectException(ConnectException::class);
        $this->expectExceptionMessage('it is no socket');
        $client->call('/echo');
    }

    #[TestDox('says where there is nothing')]
    public function testNothing(): void
    {
        $this->expectException(ConnectException::class);
        $this->expectExceptionMessage('/nonexistent/s does not exist or cannot be looked at');
        Client::connect('/nonexistent/s', new ClientOptions(expectUid: $this->uid));
    }

    #[TestDox('does not share the connection of one that expects nobody')]
    public function testNotShared(): void
    {
        $unwary = Client::connect($this->peer->path, new ClientOptions(persistent: true));
        $wary = Client::connect($this->peer->path, new ClientOptions(persistent: true, expectUid: $this->uid));
        $another = Client::connect($this->peer->path, new ClientOptions(persistent: true));
        self::assertEquals(2, ((array) $another->call('/stats'))['accepted']);
        self::assertSame(['a', 'b'], [$unwary->call('/echo', 'a'), $wary->call('/echo', 'b')]);
    }

    private function assertRefused(int $uid, string $reason): void
    {
        try {
            Client::connect($this->peer->path, new ClientOptions(expectUid: $uid));
            self::fail('it connected');
        } catch (ConnectException $refused) {
            self::assertStringContainsString($reason, $refused->getMessage());
            self::assertSame(['permission_denied', false], [$refused->errorCode(), $refused->wasSent()]);
        }
    }
}
