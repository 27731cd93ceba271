<?php

declare(strict_types=1);

namespace PixlIpc\Connection;

use PixlIpc\Deadline;
use PixlIpc\Frame\FrameBuffer;

/** What has been read and not been dealt with: half a line, and whole ones that nobody had the time to look at yet. */
final class Inbox
{
    private readonly FrameBuffer $buffer;
    /** @var list<string> */
    private array $lines = [];
    private int $pendingBytes = 0;

    public function __construct()
    {
        $this->buffer = new FrameBuffer();
    }

    public function isEmpty(): bool
    {
        return $this->pendingBytes === 0 && $this->lines === [];
    }

    public function hasLines(): bool
    {
        return $this->lines !== [];
    }

    /** How much of an unfinished line has been read. */
    public function pendingBytes(): int
    {
        return $this->pendingBytes;
    }

    public function push(string $bytes): void
    {
        $this->lines = [...$this->lines, ...$this->buffer->push($bytes)];
        $this->pendingBytes = $this->buffer->pendingBytes();
    }

    /** Takes the unfinished line out. */
    public function takeRest(): string
    {
        $this->pendingBytes = 0;
        return $this->buffer->takeRest();
    }

    /** Hands the lines on, as many as the deadline allows but at least one. */
    public function deliver(Replies $replies, Deadline $deadline): void
    {
        [$lines, $this->lines] = [$this->lines, []];
        foreach ($lines as $place => $line) {
            $replies->take($line);
            if (isset($lines[$place + 1]) && $deadline->isOver()) {
                $this->lines = \array_slice($lines, $place + 1);
                return;
            }
        }
    }
}
