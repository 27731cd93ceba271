<?php

declare(strict_types=1);

namespace PixlIpc\Frame;

/** A frame on its way out, and how much of it the kernel has taken. */
final class OutgoingFrame
{
    /** The most that is handed to the kernel at a time; it takes less. More would only be copied in vain. */
    public const PIECE_BYTES = 262_144;

    private readonly int $length;

    /**
     * @param string $bytes with its newline
     * @param int $taken how many of them the kernel has already
     */
    public function __construct(private string $bytes, private int $taken = 0)
    {
        $this->length = \strlen($bytes);
    }

    /** What to hand to the kernel next; empty when the frame is out or withdrawn. */
    public function piece(): string
    {
        return $this->taken === 0 && $this->length <= self::PIECE_BYTES
            ? $this->bytes
            : substr($this->bytes, $this->taken, self::PIECE_BYTES);
    }

    public function advance(int $bytes): void
    {
        $this->taken += $bytes;
        if ($this->taken === $this->length) {
            $this->bytes = '';
        }
    }

    /** Will not be sent. Only for a frame that has not begun: half of one would spoil the connection. */
    public function withdraw(): void
    {
        $this->bytes = '';
    }

    public function hasBegun(): bool
    {
        return $this->taken > 0;
    }

    public function isOut(): bool
    {
        return $this->taken === $this->length;
    }

    /** Whether the peer may act on it: a frame that lacks its newline alone counts as whole when the connection ends. */
    public function mayHaveArrived(): bool
    {
        return $this->taken >= $this->length - 1;
    }
}
