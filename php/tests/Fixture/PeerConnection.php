<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Fixture;

/** One connection of the {@see PeerProcess}. */
final class PeerConnection
{
    private string $output = '';
    private int $written = 0;
    public bool $isDeaf = false;
    public bool $isOver = false;
    public bool $chatter = false;
    /** @var array<string, PeerStream> */
    public array $streams = [];
    /** @var list<string> */
    private array $input = [];
    private bool $closes = false;

    /** @param resource $stream */
    public function __construct(public readonly mixed $stream) {}

    public function say(string $text, bool $thenClose = false): void
    {
        $this->output .= $text;
        $this->closes = $this->closes || $thenClose;
    }

    /** Takes nothing any more, and talks on and on. */
    public function talkDown(): void
    {
        stream_socket_shutdown($this->stream, STREAM_SHUT_RD);
        $this->isDeaf = $this->chatter = true;
    }

    public function close(): void
    {
        $this->output = '';
        $this->closes = true;
    }

    public function hasOutput(): bool
    {
        return $this->chatter || $this->output !== '';
    }

    /** @return list<string> */
    public function read(): array
    {
        $bytes = fread($this->stream, 1_048_576);
        if ($bytes === false || ($bytes === '' && feof($this->stream))) {
            $this->isOver = true;
            return [];
        }
        $this->input[] = $bytes;
        if (!str_contains($bytes, "\n")) {
            return [];
        }
        $lines = explode("\n", implode('', $this->input));
        $this->input = [array_pop($lines)];
        return $lines;
    }

    public function flush(): void
    {
        if ($this->chatter && $this->output === '') {
            $this->output = str_repeat("{\"a\":1}\n{\"ipcReqID\":\"x\"}\n", 3_000);
        }
        if ($this->output !== '') {
            // Nobody there any more is no failure of the test.
            $written = @fwrite($this->stream, substr($this->output, $this->written, 262_144));
            $this->isOver = $written === false;
            $this->written += (int) $written;
            if ($this->written === \strlen($this->output)) {
                $this->output = '';
                $this->written = 0;
            }
        }
        if ($this->closes && $this->output === '') {
            $this->isOver = true;
            fclose($this->stream);
        }
    }
}
