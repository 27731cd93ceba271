<?php

declare(strict_types=1);

namespace PixlIpc\Call;

use PixlIpc\Connection\Connection;
use PixlIpc\Connection\ReplySink;
use PixlIpc\Deadline;
use PixlIpc\Envelope\Reply;
use PixlIpc\Exception\IpcException;
use PixlIpc\Exception\ProtocolException;
use PixlIpc\Exception\TimeoutException;
use PixlIpc\Exception\TransportException;
use PixlIpc\Frame\OutgoingFrame;

/** A call that has been sent and settles once: with its data, or with the reason why there is none. */
final class PendingCall implements ReplySink
{
    private bool $isSettled = false;
    private ?Reply $reply = null;
    private ?IpcException $failure = null;

    /** @internal a {@see \PixlIpc\Client} makes it */
    public function __construct(
        private readonly Connection $connection,
        private readonly string $id,
        private readonly string $uri,
        private readonly int $timeoutMs,
        private readonly Deadline $deadline,
        private readonly OutgoingFrame $frame,
    ) {}

    /** @internal a {@see \PixlIpc\Client} makes it */
    public static function send(
        Connection $connection,
        string $id,
        string $uri,
        int $timeoutMs,
        Deadline $deadline,
        OutgoingFrame $frame,
    ): self {
        $call = new self($connection, $id, $uri, $timeoutMs, $deadline, $frame);
        $connection->send($frame, $id, $deadline, $call);
        return $call;
    }

    /** Whether it has settled. Does not wait and does not look: waiting for any call of the client serves all of them. */
    public function isSettled(): bool
    {
        return $this->isSettled;
    }

    /** Waits until it has settled, at the latest at its deadline. Does not throw where it fails. */
    public function settle(): void
    {
        if ($this->isSettled) {
            return;
        }
        if (!$this->connection->isOwn()) {
            $this->fail(new TransportException('the call was made by the parent process, and only it gets the reply', sent: true));
        }
        $this->wait();
    }

    /**
     * {@see settle()} in the process that made the call.
     *
     * @internal
     */
    public function wait(): void
    {
        while (!$this->isSettled) {
            $this->connection->turn($this->deadline);
            // @phpstan-ignore booleanNot.alwaysTrue (a turn serves everybody)
            if (!$this->isSettled && $this->deadline->isOver()) {
                $this->expire();
            }
        }
    }

    /**
     * Waits until it has settled, and returns the reply's data, null where it has none.
     *
     * @throws IpcException if it failed
     */
    public function result(): mixed
    {
        $this->settle();
        if ($this->failure !== null) {
            throw $this->failure;
        }
        return $this->reply?->data;
    }

    /** Waits until it has settled, and returns why it failed; null where it did not. */
    public function failure(): ?IpcException
    {
        $this->settle();
        return $this->failure;
    }

    /**
     * What the daemon answered, an error too; null where it has not.
     *
     * @internal
     */
    public function reply(): ?Reply
    {
        return $this->reply;
    }

    /**
     * Whether it failed before anything of it was sent.
     *
     * @internal
     */
    public function isUnsent(): bool
    {
        return $this->failure !== null && !$this->frame->hasBegun();
    }

    /** @internal */
    public function accept(Reply $reply): void
    {
        if ($this->deadline->isOver()) {
            // Whoever waited for another call reads it only now, or the daemon has noticed before this client.
            $this->fail(new TimeoutException($this->uri, $this->timeoutMs, $this->frame->mayHaveArrived()));
            return;
        }
        if ($reply->continues) {
            $this->fail(new ProtocolException("{$this->uri} sent a message of a stream where one reply is due; read it by stream()"));
            $this->connection->abandon($this->id);
            return;
        }
        $this->isSettled = true;
        $this->failure = $reply->error();
        $this->reply = $reply;
    }

    /** @internal */
    public function fail(IpcException $failure): void
    {
        $this->isSettled = true;
        $this->failure = $failure;
    }

    private function expire(): void
    {
        if ($this->isSettled) {
            return;
        }
        $this->fail(new TimeoutException($this->uri, $this->timeoutMs, $this->frame->mayHaveArrived()));
        $this->connection->abandon($this->id);
    }
}
