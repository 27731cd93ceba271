<?php

declare(strict_types=1);

namespace PixlIpc\Connection;

use PixlIpc\Call\PendingCall;
use PixlIpc\Deadline;
use PixlIpc\Envelope\Reply;
use PixlIpc\ErrorCode;
use PixlIpc\Exception\ConnectException;
use PixlIpc\Exception\IpcException;
use PixlIpc\Exception\ProtocolException;
use PixlIpc\Exception\TransportException;
use PixlIpc\Frame\FrameBuffer;
use PixlIpc\Frame\OutgoingFrame;

/**
 * One connection that many calls share: frames go out in order, replies go to whom they answer.
 *
 * Nothing happens by itself: whoever waits for something calls {@see turn()}, which serves all of them. A reply that
 * nobody waits for any more is dropped when it comes. Where the stream would be left in the middle of a frame, it is
 * closed.
 */
final class Connection
{
    /** Read at a time: what a daemon that chatters can make this process look at between two looks at the clock. */
    private const READ_BYTES = 131_072;
    /** Read at a time within a frame that is large already. */
    private const LARGE_READ_BYTES = 1_048_576;
    /** A longer frame that answers nobody who waits is not parsed: that may take seconds. */
    private const MAX_PARSED_FOR_NOBODY = 65_536;
    /** After so long without a reply it is asked whether the peer has gone. A daemon that stops waits longer than that. */
    private const FRESH_NS = 100_000_000;
    /** How long that may take where much has come meanwhile. */
    private const LOOK_MS = 10;
    /** So many replies may be owed to nobody; a daemon that owes more has stopped answering. */
    private const MAX_ABANDONED = 1_000;

    private readonly Calls $calls;
    /** @var array<int, OutgoingFrame> in the order in which they go out */
    private array $outbox = [];
    private readonly FrameBuffer $inbox;
    /** @var list<string> whole lines that nobody had the time to look at yet */
    private array $lines = [];
    /** When bytes last came, on the monotonic clock. */
    private int $heardNs;
    private readonly bool $mayBeForked;
    private bool $goingAway = false;
    private bool $isBusy = false;
    /** How much of an unfinished reply has been read. */
    private int $pendingBytes = 0;
    /** Why the daemon ends the connection, where it has said so. */
    private ?Reply $farewell = null;
    private string $end = '';

    private function __construct(
        private readonly ConnectionOptions $options,
        private ?Socket $socket,
        private readonly bool $persistent,
        /** The process that opened it, and the only one that may use it. */
        public readonly int $pid,
    ) {
        $this->calls = new Calls();
        $this->inbox = new FrameBuffer();
        $this->heardNs = hrtime(true);
        // The system call costs as much as reading a small reply; where nothing can fork it is left out.
        $this->mayBeForked = \extension_loaded('pcntl');
    }

    public function __destruct()
    {
        if (!$this->persistent || !$this->isIdle()) {
            $this->close();
        }
    }

    /**
     * @param bool $persistent whether the next script of this process may take it over
     * @throws ConnectException if nobody accepts, or whoever would is not the expected user
     */
    public static function open(ConnectionOptions $options, Deadline $deadline, bool $persistent = false): self
    {
        if ($options->expectUid !== null) {
            SocketOwner::assertIs($options->expectUid, $options->path);
        }
        $socket = $persistent
            ? Socket::connectPersistent($options->path, $deadline, "expecting {$options->expectUid}")
            : Socket::connect($options->path, $deadline);
        return new self($options, $socket, $persistent, (int) getmypid());
    }

    /** Whether a new request may use it. */
    public function isUsable(): bool
    {
        if ($this->socket === null || $this->goingAway || $this->isBusy || ($this->mayBeForked && getmypid() !== $this->pid)) {
            return false;
        }
        if (hrtime(true) - $this->heardNs <= self::FRESH_NS) {
            return true;
        }
        if ($this->calls->waiting() === 0) {
            $ready = $this->socket->wait(Deadline::now(), $this->outbox !== []);
            if ($ready !== 0) {
                $this->move($ready, Deadline::in(self::LOOK_MS));
            }
            $this->heardNs = hrtime(true);
        }
        return $this->isOpen() && !$this->goingAway;
    }

    /**
     * Whether it is in the middle of reading or writing: so a signal handler finds it, which then needs another
     * connection for calls of its own.
     */
    public function isBusy(): bool
    {
        return $this->isBusy;
    }

    /** Whether nobody waits and nothing is owed: the stream stands between two frames. */
    public function isIdle(): bool
    {
        return $this->outbox === [] && $this->pendingBytes === 0 && $this->lines === [] && $this->calls->isEmpty();
    }

    /** Whether somebody waits for a reply on it. */
    public function hasCallers(): bool
    {
        return $this->isBusy || $this->calls->waiting() > 0;
    }

    /** Whether clients with these options may share it. */
    public function suits(ConnectionOptions $options): bool
    {
        return $this->options->equals($options);
    }

    /**
     * Sends a frame as far as the kernel takes it at once; {@see turn()} sends the rest.
     *
     * @param string $id of the request
     * @param Deadline $deadline how long a daemon that takes nothing may still talk
     * @param ReplySink|null $sink who waits for its replies; null: there will be none
     * @throws \LogicException if maxPending calls wait already
     */
    public function send(OutgoingFrame $frame, string $id, Deadline $deadline, ?ReplySink $sink = null): void
    {
        if ($this->socket === null) {
            $sink?->fail($this->failureFor($frame));
            return;
        }
        if ($sink !== null) {
            if ($this->calls->waiting() >= $this->options->maxPending) {
                $max = $this->options->maxPending;
                throw new \LogicException("{$max} calls wait for a reply, limit {$max}; wait for some, or raise maxPending");
            }
            $this->calls->add($id, $sink, $frame);
        }
        if ($this->persistent) {
            $this->socket->markInUse();
        }
        $this->outbox[] = $frame;
        $this->move(Socket::WRITABLE, $deadline);
    }

    /**
     * A call with nobody else on the connection. Its reply, where the kernel takes the frame at once and the reply comes
     * whole; otherwise the call goes on as any other, from where it has got.
     *
     * @param string $bytes its frame
     */
    public function exchange(string $bytes, string $id, string $uri, int $timeoutMs, Deadline $deadline): Reply|PendingCall
    {
        if ($this->socket === null || \strlen($bytes) > OutgoingFrame::PIECE_BYTES || !$this->isIdle()) {
            return PendingCall::send($this, $id, $uri, $timeoutMs, $deadline, new OutgoingFrame($bytes));
        }
        $this->isBusy = true;
        try {
            if ($this->persistent) {
                $this->socket->markInUse();
            }
            $taken = 0;
            $read = $this->socket->exchange($bytes, $taken, $deadline, self::READ_BYTES);
            $reply = $read === '' ? null : $this->onlyReply($read, $id, $deadline);
            if ($reply !== null) {
                if ($this->persistent) {
                    $this->markFree();
                }
                return $reply;
            }
            $frame = new OutgoingFrame($bytes, $taken);
            $call = new PendingCall($this, $id, $uri, $timeoutMs, $deadline, $frame);
            $this->calls->add($id, $call, $frame);
            $this->outbox[] = $frame;
            $this->write($deadline);
            return $call;
        } catch (\Throwable $interruption) {
            $this->lose('an exception interrupted it');
            throw $interruption;
        } finally {
            $this->isBusy = false;
        }
    }

    /** The reply to this request, where the bytes are that, in time, and nothing else; otherwise they are kept, and null. */
    private function onlyReply(string $bytes, string $id, Deadline $deadline): ?Reply
    {
        $this->heardNs = hrtime(true);
        $length = \strlen($bytes) - 1;
        if (strpos($bytes, "\n") === $length && $length <= $this->options->maxFrameBytes && $this->heardNs < $deadline->atNs) {
            try {
                $reply = Reply::parse($bytes, $this->options->associative);
                if ($reply->id === $id && !$reply->continues) {
                    $this->goingAway = $reply->isGoAway();
                    return $reply;
                }
            } catch (ProtocolException) {
                // Whose it is, and what becomes of it, is seen to where all lines are.
            }
        }
        $this->lines = $this->inbox->push($bytes);
        $this->pendingBytes = $this->inbox->pendingBytes();
        return null;
    }

    /** Waits until something has come or gone, at most until the deadline, and serves everybody whom it concerns. */
    public function turn(Deadline $deadline): void
    {
        $isLate = $this->lines !== [];
        $ready = $this->socket?->wait($isLate ? Deadline::now() : $deadline, $this->outbox !== []) ?? 0;
        $ready |= $isLate ? Socket::READABLE : 0;
        if ($ready !== 0) {
            $this->move($ready, $deadline);
        }
    }

    /** Nobody waits for the replies to this request any more. */
    public function abandon(string $id): void
    {
        $frame = $this->calls->abandon($id);
        if ($frame === null) {
            return;
        }
        $this->giveUp($frame);
        if ($this->isMidway() && $this->calls->waiting() === 0) {
            $this->lose('half a reply was read when its time was over');
        } elseif ($this->calls->abandoned() > self::MAX_ABANDONED) {
            $this->lose('the daemon has stopped answering');
        }
        $this->markFree();
    }

    /** Does not send the frame, where that is still possible; one that has gone halfway ends the connection. */
    public function giveUp(OutgoingFrame $frame): void
    {
        if (!$frame->hasBegun()) {
            $frame->withdraw();
        } elseif (!$frame->isOut()) {
            $this->lose('half a request was written when its time was over');
        }
    }

    /** Why it is no longer open, for a call whose frame went so far. */
    public function failureFor(OutgoingFrame $frame): IpcException
    {
        // It refuses connections before it reads them, requests after.
        $refuses = $this->farewell?->error(sent: false);
        if ($refuses !== null && \in_array($refuses->errorCode, [ErrorCode::ResourceExhausted->value, ErrorCode::PermissionDenied->value], true)) {
            return $refuses;
        }
        return $this->farewell?->error() ?? new TransportException(
            "connection to {$this->options->path} lost: {$this->end}",
            $frame->mayHaveArrived(),
        );
    }

    public function isOpen(): bool
    {
        return $this->socket !== null;
    }

    /** Ends it; calls that wait fail. */
    public function close(): void
    {
        $this->lose('it was closed here');
    }

    /** A forked child has a copy of its parent's connection, and must not use it. */
    public function isOwn(): bool
    {
        return !$this->mayBeForked || getmypid() === $this->pid;
    }

    /**
     * Reads and writes what can be. An exception out of a signal handler may leave nobody knows how much of a frame read
     * or written, so it ends the connection.
     *
     * @param int $ready as {@see Socket::wait()} says
     */
    private function move(int $ready, Deadline $deadline): void
    {
        $this->isBusy = true;
        try {
            if (($ready & Socket::READABLE) !== 0) {
                $this->read($deadline);
            }
            if (($ready & Socket::WRITABLE) !== 0) {
                $this->write($deadline);
            }
        } catch (\Throwable $interruption) {
            $this->lose('an exception interrupted it');
            throw $interruption;
        } finally {
            $this->isBusy = false;
            $this->markFree();
        }
    }

    private function write(Deadline $deadline): void
    {
        foreach ($this->outbox as $place => $frame) {
            while (($piece = $frame->piece()) !== '') {
                $taken = $this->socket?->write($piece);
                if ($taken === null) {
                    $this->hearOut($deadline);
                    return;
                }
                $frame->advance($taken);
                if ($taken < \strlen($piece)) {
                    return;
                }
            }
            unset($this->outbox[$place]);
        }
    }

    /** The daemon takes nothing any more; what it said before is still there. It may talk for ever. */
    private function hearOut(Deadline $deadline): void
    {
        while ($this->read($deadline) && !$deadline->isOver());
        $this->lose('the daemon has closed it');
    }

    /** Whether there was something to read. Stops between two lines when the deadline is over. */
    private function read(Deadline $deadline): bool
    {
        if ($this->lines === [] && !$this->readLines()) {
            return false;
        }
        [$lines, $this->lines] = [$this->lines, []];
        foreach ($lines as $place => $line) {
            $this->dispatch($line);
            if ($this->socket !== null && isset($lines[$place + 1]) && $deadline->isOver()) {
                $this->lines = \array_slice($lines, $place + 1);
                break;
            }
        }
        if ($this->pendingBytes > $this->options->maxFrameBytes) {
            $this->refuse($this->inbox->takeRest());
            $this->lose('a reply was over maxFrameBytes');
        }
        return true;
    }

    /** Whether bytes have come. */
    private function readLines(): bool
    {
        $bytes = $this->socket?->read($this->pendingBytes < self::READ_BYTES ? self::READ_BYTES : self::LARGE_READ_BYTES);
        if ($bytes === null) {
            $this->takeLastWord();
            $this->lose('the daemon has closed it');
            return false;
        }
        if ($bytes === '') {
            return false;
        }
        $this->heardNs = hrtime(true);
        $this->lines = $this->inbox->push($bytes);
        $this->pendingBytes = $this->inbox->pendingBytes();
        return true;
    }

    /** Whether something has been read and not yet been dealt with. */
    private function isMidway(): bool
    {
        return $this->pendingBytes > 0 || $this->lines !== [];
    }

    private function dispatch(string $line): void
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
                $this->failCall(Reply::idOf($line), $failure);
            }
            return;
        }
        $this->take($reply);
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
        if ($id !== null && preg_match('/"continues"\s*:\s*true/', $line) !== 1) {
            $this->calls->forget($id);
        }
        return true;
    }

    /** What came before the end without a newline: whole, or cut off. */
    private function takeLastWord(): void
    {
        try {
            $this->take(Reply::parse($this->inbox->takeRest(), $this->options->associative));
        } catch (ProtocolException) {
            // Cut off: as good as nothing.
        }
    }

    private function take(Reply $reply): void
    {
        $this->goingAway = $this->goingAway || $reply->isGoAway();
        if ($reply->id !== null) {
            $this->calls->settle($reply->id, $reply);
        } elseif ($reply->isForNobody()) {
            $this->farewell = $reply->error() === null || $reply->isGoAway() ? null : $reply;
        }
    }

    /** A reply that is over the limit ends its call. */
    private function refuse(string $line): void
    {
        $this->failCall(Reply::idOf($line), new ProtocolException(
            "reply is over {$this->options->maxFrameBytes} bytes; raise maxFrameBytes, or ask for less",
            ErrorCode::MessageTooLarge,
        ));
    }

    private function failCall(?string $id, ProtocolException $failure): void
    {
        if ($id === null || !$this->calls->fail($id, $failure)) {
            $this->options->logger?->warning("unreadable message from {$this->options->path}: {$failure->getMessage()}");
        }
    }

    private function lose(string $how): void
    {
        if ($this->socket === null) {
            return;
        }
        $this->socket->close();
        $this->socket = null;
        $this->end = $how;
        $this->outbox = [];
        $this->inbox->takeRest();
        $this->lines = [];
        $this->pendingBytes = 0;
        $this->calls->failAll($this->failureFor(...));
    }

    /** Only the next script needs the mark. */
    private function markFree(): void
    {
        if ($this->persistent && $this->isIdle()) {
            $this->socket?->markFree();
        }
    }
}
