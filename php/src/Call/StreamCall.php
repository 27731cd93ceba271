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

/**
 * A call whose reply comes in many messages. Messages that wait to be taken are at most the credit that was given; more
 * is given as they are taken.
 *
 * @see docs/protocol.md#streams
 *
 * @internal {@see \PixlIpc\Client::stream()} makes it
 */
final class StreamCall implements ReplySink
{
    /** @var \SplQueue<mixed> */
    private \SplQueue $messages;
    private bool $isOver = false;
    /** Whether the daemon has not been told yet that nobody listens any more, though it may go on. */
    private bool $owesCancel = false;
    private mixed $last = null;
    private ?IpcException $failure = null;
    private ?int $seq = null;
    private readonly OutgoingFrame $frame;

    /**
     * Sends the frame.
     *
     * @param \Closure(string $uri, array<string, mixed> $data): void $control sends a oneway message on the same connection
     */
    public function __construct(
        private readonly Connection $connection,
        private readonly string $id,
        private readonly string $uri,
        private readonly int $timeoutMs,
        private readonly Deadline $deadline,
        private readonly int $credit,
        private readonly \Closure $control,
        string $frame,
    ) {
        $this->messages = new \SplQueue();
        $this->frame = new OutgoingFrame($frame);
        $connection->send($this->frame, $id, $deadline, $this);
    }

    /**
     * The messages as they come; the final reply's data is what the generator returns. Who leaves the loop early cancels
     * the call.
     *
     * @return \Generator<int, mixed, mixed, mixed>
     * @throws IpcException if the call fails; the messages before it are yielded first
     */
    public function messages(): \Generator
    {
        $taken = 0;
        try {
            while ($this->waitForMessage()) {
                yield $this->messages->dequeue();
                $taken++;
                if (2 * $taken >= $this->credit && !$this->isOver) {
                    ($this->control)('/ipcserver/credit', ['id' => $this->id, 'n' => $taken]);
                    $taken = 0;
                }
            }
        } finally {
            $this->cancel();
        }
        if ($this->failure !== null) {
            throw $this->failure;
        }
        return $this->last;
    }

    public function accept(Reply $reply): void
    {
        $seq = $reply->seq();
        if ($reply->continues && $seq !== null && $this->seq !== null && $seq !== $this->seq + 1) {
            $this->breakOff("message {$seq} of {$this->uri} followed message {$this->seq}");
        } elseif ($reply->continues && $this->messages->count() >= $this->credit) {
            $this->breakOff("{$this->uri} sent more than the {$this->credit} messages it had credit for");
        } elseif ($reply->continues) {
            $this->seq = $seq;
            $this->messages->enqueue($reply->data);
        } else {
            $this->isOver = true;
            $this->failure = $reply->error();
            $this->last = $reply->data;
        }
    }

    public function fail(IpcException $failure): void
    {
        $this->isOver = true;
        $this->failure = $failure;
        // The daemon holds what cannot be read here for a message like any other, and goes on.
        $this->owesCancel = $failure instanceof ProtocolException;
    }

    /** False where the stream is over and everything was taken. */
    private function waitForMessage(): bool
    {
        if (!$this->isOver && !$this->connection->isOwn()) {
            $this->fail(new TransportException('the stream was opened by the parent process, and only it may read on', sent: true));
        }
        while ($this->messages->isEmpty() && !$this->isOver) {
            if ($this->deadline->isOver()) {
                $sent = $this->frame->mayHaveArrived();
                $this->connection->abandon($this->id);
                $this->fail(new TimeoutException($this->uri, $this->timeoutMs, $sent));
                return false;
            }
            $this->connection->turn($this->deadline);
        }
        return !$this->messages->isEmpty();
    }

    /** In the middle of reading nothing can be sent: whoever takes the messages tells the daemon. */
    private function breakOff(string $reason): void
    {
        $this->fail(new ProtocolException($reason));
        $this->connection->abandon($this->id);
    }

    /** Tells the daemon that nobody listens any more, unless it has said its last word. */
    private function cancel(): void
    {
        if (!$this->isOver) {
            $this->isOver = $this->owesCancel = true;
            $this->connection->abandon($this->id);
        }
        if (!$this->owesCancel) {
            return;
        }
        $this->owesCancel = false;
        // A daemon that is going takes no new requests, and goes on with this one until it is told.
        if ($this->connection->isOpen() && !$this->connection->isBusy() && $this->connection->isOwn()) {
            ($this->control)('/ipcserver/cancel', ['id' => $this->id]);
        }
    }
}
