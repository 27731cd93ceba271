<?php

declare(strict_types=1);

namespace PixlIpc\Frame;

/**
 * Bytes in, lines out, wherever the bytes are split. What is not a whole line yet is kept in the pieces that came, and
 * joined once: a frame of any size costs one copy.
 *
 * @see docs/protocol.md#frames
 */
final class FrameBuffer
{
    /** @var list<string> */
    private array $pieces = [];
    private int $bytes = 0;

    /** How many bytes of an unfinished line are kept. */
    public function pendingBytes(): int
    {
        return $this->bytes;
    }

    /**
     * Takes bytes in and returns the lines that they complete, without their newlines.
     *
     * @return list<string>
     */
    public function push(string $bytes): array
    {
        $lines = explode("\n", $bytes);
        $rest = array_pop($lines);
        if ($lines !== [] && $this->pieces !== []) {
            $lines[0] = $this->takeRest() . $lines[0];
        }
        if ($rest !== '') {
            $this->pieces[] = $rest;
            $this->bytes += \strlen($rest);
        }
        return $lines;
    }

    /** Takes the unfinished line out. */
    public function takeRest(): string
    {
        $rest = implode('', $this->pieces);
        $this->pieces = [];
        $this->bytes = 0;
        return $rest;
    }
}
