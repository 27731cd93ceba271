<?php

declare(strict_types=1);

namespace PixlIpc\Connection;

use PixlIpc\Call\PendingCall;
use PixlIpc\Deadline;
use PixlIpc\Envelope\Reply;
use PixlIpc\Exception\ConnectException;
use PixlIpc\Exception\IpcException;
use PixlIpc\Exception\TransportException;
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
    /** After so long without a reply it is asked whether the peer has gone. A daemon that stops waits longer than that. */
    private const FRESH_NS = 100_000_000;
    /** How long that may take where much has come meanwhile. */
    private const LOOK_MS = 10;
    /** So many replies may be owed to nobody; a daemon that owes more has stopped answering. */
    private const MAX_ABANDONED = 1_000;

    private readonly Calls $calls;
    /** @var array<int, OutgoingFrame> in the order in which they go out */
    private array $outbox = [];
    private Inbox $inbox;
    private readonly Replies $replies;
    /** When bytes last came, on the monotonic clock. */
    private int $heardNs;
    private readonly bool $mayBeForked;
    private bool $isBusy = false;
    private string $end = '';

    private function __construct(
        private readonly ConnectionOptions $options,
        private ?Socket $socket,
        private readonly bool $persistent,
        /** The process that opened it, and the only one that may use it. */
        public readonly int $pid,
    ) {
        // A signal handler that came while a class is being loaded could not use it: not in the midst of a call.
        class_exists(PendingCall::class);
        class_exists(OutgoingFrame::class);
        $this->calls = new Calls();
        $this->inbox = new Inbox();
        $this->replies = new Replies($options, $this->calls);
        $this->heardNs = hrtime(true);
        // The system call costs as much as reading a small reply; where nothing can fork it is left out.
        $this->mayBeForked = \extension_loaded('pcntl');
    }

    public function __destruct()
    {
        if (!$this->persistent || !$this->isBetweenFrames()) {
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
        if ($this->socket === null || $this->replies->isGoingAway() || $this->isBusy || !$this->isOwn()) {
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
        return $this->isOpen() && !$this->replies->isGoingAway();
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
    private function isIdle(): bool
    {
        return $this->outbox === [] && $this->inbox->isEmpty() && $this->calls->isEmpty();
    }

    /**
     * Whether it is idle at the end of the script. Where a signal handler exits, a call alone on the connection is in
     * neither list.
     */
    public function isBetweenFrames(): bool
    {
        return !$this->isBusy && $this->isIdle();
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
            $reply = null;
            if ($read !== '') {
                $this->heardNs = hrtime(true);
                $reply = $this->heardNs < $deadline->atNs ? $this->replies->only($read, $id) : null;
            }
            if ($reply !== null) {
                if ($this->persistent) {
                    $this->markFree();
                }
                return $reply;
            }
            if ($read !== '') {
                $this->inbox->push($read);
            }
            $frame = new OutgoingFrame($bytes, $taken);
            $call = new PendingCall($this, $id, $uri, $timeoutMs, $deadline, $frame);
            if (!$this->isOpen()) {
                // A signal handler has closed it meanwhile.
                $call->fail($this->failureFor($frame));
                return $call;
            }
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

    /** Waits until something has come or gone, at most until the deadline, and serves everybody whom it concerns. */
    public function turn(Deadline $deadline): void
    {
        $isLate = $this->inbox->hasLines();
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
        if (!$this->inbox->isEmpty() && $this->calls->waiting() === 0) {
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
        return $this->replies->farewell() ?? new TransportException(
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

    /** Whether there was something to read. */
    private function read(Deadline $deadline): bool
    {
        if (!$this->inbox->hasLines()) {
            $bytes = $this->socket?->read($this->inbox->pendingBytes() < self::READ_BYTES ? self::READ_BYTES : self::LARGE_READ_BYTES);
            if ($bytes === null) {
                $this->replies->takeLastWord($this->inbox->takeRest());
                $this->lose('the daemon has closed it');
                return false;
            }
            if ($bytes === '') {
                return false;
            }
            $this->heardNs = hrtime(true);
            $this->inbox->push($bytes);
        }
        $this->inbox->deliver($this->replies, $deadline);
        if ($this->inbox->pendingBytes() > $this->options->maxFrameBytes) {
            $this->replies->refuse($this->inbox->takeRest());
            $this->lose('a reply was over maxFrameBytes');
        }
        return true;
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
        $this->inbox = new Inbox();
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
