<?php

declare(strict_types=1);

namespace PixlIpc;

use PixlIpc\Call\PendingCall;
use PixlIpc\Envelope\Request;
use PixlIpc\Exception\IpcException;

/**
 * Many calls in flight over one connection, awaited together:
 *
 *     $pool = $client->pool();
 *     $user = $pool->call('/users/get', ['id' => 7]);
 *     $stock = $pool->call('/stock/get', ['sku' => 'a1'], timeoutMs: 200);
 *     $pool->await();
 *     echo $user->result()->name, $stock->failure()?->errorCode();
 */
final class Pool implements \Countable
{
    /** @var list<PendingCall> */
    private array $calls = [];

    /**
     * @internal {@see Client::pool()} makes it
     * @param \Closure(Request $request, ?int $timeoutMs): PendingCall $start
     */
    public function __construct(private readonly \Closure $start) {}

    /**
     * Sends a call and does not wait for it. Its time begins now.
     *
     * @param int|null $timeoutMs how long it may take in all; null: as the client's options say
     * @param array<string, string> $meta
     * @throws IpcException if it cannot be sent
     */
    public function call(
        string $uri,
        mixed $data = null,
        ?int $timeoutMs = null,
        array $meta = [],
        ?string $contract = null,
    ): PendingCall {
        return $this->calls[] = ($this->start)(new Request($uri, $data, $meta, $contract), $timeoutMs);
    }

    /**
     * Waits until every call has settled, each at the latest at its own deadline, and returns them in the order in which
     * they were made. Does not throw where calls fail: each tells its own end.
     *
     * @return list<PendingCall>
     */
    public function await(): array
    {
        foreach ($this->calls as $call) {
            $call->settle();
        }
        return $this->calls;
    }

    public function count(): int
    {
        return \count($this->calls);
    }
}
