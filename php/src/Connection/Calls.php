<?php

declare(strict_types=1);

namespace PixlIpc\Connection;

use PixlIpc\Envelope\Reply;
use PixlIpc\Exception\IpcException;
use PixlIpc\Frame\OutgoingFrame;

/** Who waits for the replies to which request, and which replies are owed though nobody waits any more. */
final class Calls
{
    /** @var array<string, array{ReplySink, OutgoingFrame}> by the request's id */
    private array $waiting = [];
    /** @var array<string, true> by the request's id */
    private array $abandoned = [];

    public function add(string $id, ReplySink $sink, OutgoingFrame $frame): void
    {
        $this->waiting[$id] = [$sink, $frame];
    }

    public function waiting(): int
    {
        return \count($this->waiting);
    }

    public function isWaiting(string $id): bool
    {
        return isset($this->waiting[$id]);
    }

    /** Nothing is owed for it any more. */
    public function forget(string $id): void
    {
        unset($this->abandoned[$id]);
    }

    public function abandoned(): int
    {
        return \count($this->abandoned);
    }

    /** Whether nobody waits and nothing is owed. */
    public function isEmpty(): bool
    {
        return $this->waiting === [] && $this->abandoned === [];
    }

    /** Gives a reply to whom it answers; one that nobody waits for is dropped. */
    public function settle(string $id, Reply $reply): void
    {
        [$sink] = $this->waiting[$id] ?? [null];
        if (!$reply->continues) {
            unset($this->waiting[$id], $this->abandoned[$id]);
        }
        $sink?->accept($reply);
    }

    /**
     * Ends a call. False where nobody waits for it.
     *
     * @param bool $isLast whether nothing more is owed for it
     */
    public function fail(string $id, IpcException $failure, bool $isLast): bool
    {
        [$sink] = $this->waiting[$id] ?? [null];
        unset($this->waiting[$id]);
        if ($isLast) {
            unset($this->abandoned[$id]);
        } elseif ($sink !== null) {
            $this->abandoned[$id] = true;
        }
        $sink?->fail($failure);
        return $sink !== null;
    }

    /** Nobody waits for it any more. Returns its frame, null where nobody did; what has begun to go out is still owed. */
    public function abandon(string $id): ?OutgoingFrame
    {
        [, $frame] = $this->waiting[$id] ?? [null, null];
        unset($this->waiting[$id]);
        if ($frame?->hasBegun() === true) {
            $this->abandoned[$id] = true;
        }
        return $frame;
    }

    /**
     * No more replies will come to anybody.
     *
     * @param \Closure(OutgoingFrame): IpcException $failureFor
     */
    public function failAll(\Closure $failureFor): void
    {
        $waiting = $this->waiting;
        $this->waiting = $this->abandoned = [];
        foreach ($waiting as [$sink, $frame]) {
            $sink->fail($failureFor($frame));
        }
    }
}
