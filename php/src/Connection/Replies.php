<?php

declare(strict_types=1);

namespace PixlIpc\Connection;

use PixlIpc\Envelope\Reply;
use PixlIpc\ErrorCode;
use PixlIpc\Exception\IpcException;
use PixlIpc\Exception\ProtocolException;

/** Lines → replies, each to whom it answers; and what the daemon says of the connection itself. */
final class Replies
{
    /** A longer frame that answers nobody who waits is not parsed: that may take seconds. */
    private const MAX_PARSED_FOR_NOBODY = 65_536;

    private bool $goingAway = false;
    /** Why the daemon ends the connection, where it has said so. */
    private ?Reply $farewell = null;

    public function __construct(private readonly ConnectionOptions $options, private readonly Calls $calls) {}

    /** Whether the daemon is going: new requests are to use another connection. */
    public function isGoingAway(): bool
    {
        return $this->goingAway;
    }

    /** Why the daemon has ended the connection, where it has said so. */
    public function farewell(): ?IpcException
    {
        return $this->farewell?->error(sent: !$this->farewell->isRefusal());
    }

    /** The last reply to this request, where the bytes are that and nothing else. */
    public function only(string $bytes, string $id): ?Reply
    {
        $length = \strlen($bytes) - 1;
        if (strpos($bytes, "\n") !== $length || $length > $this->options->maxFrameBytes) {
            return null;
        }
        try {
            $reply = Reply::parse($bytes, $this->options->associative);
        } catch (ProtocolException) {
            return null;
        }
        if ($reply->id !== $id || $reply->continues) {
            return null;
        }
        $this->goingAway = $reply->isGoAway();
        return $reply;
    }

    public function take(string $line): void
    {
        if (\strlen($line) > $this->options->maxFrameBytes) {
            $this->refuse($line);
            return;
        }
        if ($line === '' || (\strlen($line) > self::MAX_PARSED_FOR_NOBODY && $this->drop($line))) {
            return;
        }
        try {
            $reply = Reply::parse($line, $this->options->associative);
        } catch (ProtocolException $failure) {
            if (trim($line) !== '') {
                $this->failCall($line, $failure);
            }
            return;
        }
        $this->settle($reply);
    }

    /**
     * Whether nobody waits for it, by the look of it: then it is dropped, and only what it says of its call's end and the
     * daemon's is found, be it by mistake. A call that is held to be going on, or a daemon that is held to be going, costs
     * a connection and no call.
     */
    private function drop(string $line): bool
    {
        $id = Reply::idOf($line);
        if ($id === null ? str_contains($line, '"ipcReqID"') : $this->calls->isWaiting($id)) {
            return false;
        }
        $this->goingAway = $this->goingAway || preg_match('/"goaway"\s*:\s*true/', $line) === 1;
        if ($id !== null && !self::seemsToContinue($line)) {
            $this->calls->forget($id);
        }
        return true;
    }

    private static function seemsToContinue(string $line): bool
    {
        return preg_match('/"continues"\s*:\s*true/', $line) === 1;
    }

    /** What came before the end without a newline: whole, or cut off. */
    public function takeLastWord(string $rest): void
    {
        try {
            $this->settle(Reply::parse($rest, $this->options->associative));
        } catch (ProtocolException) {
            // Cut off: as good as nothing.
        }
    }

    private function settle(Reply $reply): void
    {
        $this->goingAway = $this->goingAway || $reply->isGoAway();
        if ($reply->id !== null) {
            $this->calls->settle($reply->id, $reply);
        } elseif ($reply->isForNobody()) {
            $this->farewell = $reply->error() === null || $reply->isGoAway() ? null : $reply;
        }
    }

    /** A reply that is over the limit ends its call. */
    public function refuse(string $line): void
    {
        $this->failCall($line, new ProtocolException(
            "reply is over {$this->options->maxFrameBytes} bytes; raise maxFrameBytes, or ask for less",
            ErrorCode::MessageTooLarge,
        ));
    }

    /** Ends the call that a line which cannot be read is for, by the look of it. */
    private function failCall(string $line, ProtocolException $failure): void
    {
        $id = Reply::idOf($line);
        if ($id === null || !$this->calls->fail($id, $failure, isLast: !self::seemsToContinue($line))) {
            $this->options->logger?->warning("unreadable message from {$this->options->path}: {$failure->getMessage()}");
        }
    }
}
