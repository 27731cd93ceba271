<?php

declare(strict_types=1);

namespace PixlIpc;

use PixlIpc\Call\PendingCall;
use PixlIpc\Call\StreamCall;
use PixlIpc\Connection\Connection;
use PixlIpc\Connection\ConnectionOptions;
use PixlIpc\Connection\SharedConnections;
use PixlIpc\Connection\SocketPath;
use PixlIpc\Envelope\Reply;
use PixlIpc\Envelope\Request;
use PixlIpc\Envelope\RequestEncoder;
use PixlIpc\Exception\ConnectException;
use PixlIpc\Exception\InvalidMessageException;
use PixlIpc\Exception\IpcException;
use PixlIpc\Exception\RemoteException;
use PixlIpc\Exception\TimeoutException;
use PixlIpc\Exception\TransportException;
use PixlIpc\Frame\OutgoingFrame;

/**
 * A client of one daemon. It connects when it first has something to send, and again when the connection is lost.
 *
 * One deadline covers connecting, sending and waiting; no call goes on for more than 50 ms after it, whatever the daemon
 * does, but for decoding one reply of many megabytes. A call that finds its connection gone before anything was sent, or
 * a {@see call()} that a daemon which is going has not executed, is sent once more over a new connection; any other
 * failure says by {@see IpcException::wasSent()} whether a retry is safe.
 *
 * @see docs/guides/php.md
 */
final class Client implements Transport
{
    private const ID_BYTES = 8;

    private readonly ConnectionOptions $connectionOptions;
    private readonly RequestEncoder $encoder;
    private readonly LaterMessages $later;
    private readonly string $idPrefix;
    private int $requests = 0;
    private ?Connection $connection = null;

    /**
     * Does not connect yet.
     *
     * @param string $socketPath the daemon's socket, at most 107 bytes from the root; a relative path is one of the working
     *   directory as it is now
     * @throws \InvalidArgumentException if the path cannot be one of a socket
     */
    public function __construct(string $socketPath, private readonly ClientOptions $options = new ClientOptions())
    {
        $this->connectionOptions = new ConnectionOptions(
            SocketPath::checked($socketPath),
            $options->maxFrameBytes,
            $options->maxPending,
            $options->expectUid,
            logger: $options->logger,
        );
        $this->encoder = new RequestEncoder($options->userAgent, $options->maxFrameBytes);
        $this->later = new LaterMessages($options->maxLater, $options->logger);
        // A late reply to an earlier script on the same persistent connection must not look like one to this client.
        $this->idPrefix = bin2hex(random_bytes(self::ID_BYTES)) . '.';
    }

    /** A copy would give the same ids to its own calls, and get the replies to others. */
    private function __clone() {}

    /**
     * For the same reason.
     *
     * @throws \LogicException always
     */
    public function __serialize(): never
    {
        throw new \LogicException('a client cannot be serialized; make another one of the same path and options');
    }

    /**
     * A client that is connected.
     *
     * @throws ConnectException if nobody accepts within `requestTimeoutMs`
     */
    public static function connect(string $socketPath, ClientOptions $options = new ClientOptions()): self
    {
        $client = new self($socketPath, $options);
        $client->connection(Deadline::in($options->requestTimeoutMs));
        return $client;
    }

    public function call(
        string $uri,
        mixed $data = null,
        ?int $timeoutMs = null,
        array $meta = [],
        ?string $contract = null,
        bool $idempotent = false,
    ): mixed {
        $request = new Request($uri, $data, $meta, $contract);
        $timeoutMs = $this->timeoutMs($timeoutMs);
        $deadline = Deadline::in($timeoutMs);
        for ($attempt = 1;; $attempt++) {
            $answer = $this->start($request, $timeoutMs, $deadline, isAlone: true);
            if ($answer instanceof Reply) {
                $failure = $answer->error();
            } else {
                $answer->wait();
                $failure = $answer->failure();
                $answer = $answer->reply();
            }
            if ($failure === null) {
                return $answer?->data;
            }
            $isLost = $failure instanceof TransportException;
            $mayRunAgain = ($isLost && $idempotent) || ($failure instanceof RemoteException && $failure->isGoingAway());
            if ($attempt > 1 || !$mayRunAgain) {
                throw $failure;
            }
        }
    }

    public function notify(
        string $uri,
        mixed $data = null,
        ?int $timeoutMs = null,
        array $meta = [],
        ?string $contract = null,
    ): void {
        $frame = $this->encodeOneway(new Request($uri, $data, $meta, $contract, oneway: true));
        $this->sendOneway($uri, $frame, $this->timeoutMs($timeoutMs));
    }

    public function stream(
        string $uri,
        mixed $data = null,
        ?int $timeoutMs = null,
        array $meta = [],
        int $credit = 64,
        ?string $contract = null,
    ): \Generator {
        $timeoutMs = $this->timeoutMs($timeoutMs);
        $id = $this->nextId();
        $frame = $this->encoder->encode($id, new Request($uri, $data, $meta, $contract, $credit), $timeoutMs, (int) getmypid());
        return (function () use ($uri, $timeoutMs, $credit, $id, $frame): \Generator {
            $deadline = Deadline::in($timeoutMs);
            $connection = $this->connection($deadline);
            $control = function (string $uri, array $data) use ($connection, $deadline): void {
                $id = $this->nextId();
                $frame = $this->encoder->encode($id, new Request($uri, $data, oneway: true), null, $connection->pid);
                $connection->send(new OutgoingFrame($frame), $id, $deadline);
            };
            $call = new StreamCall($connection, $id, $uri, $timeoutMs, $deadline, $credit, $control, $frame);
            return yield from $call->messages();
        })();
    }

    /** Many calls at once: `$pool->call(…)` sends, and whoever waits for one of them waits for all. */
    public function pool(): Pool
    {
        return new Pool(fn(Request $request, ?int $timeoutMs): PendingCall => $this->start(
            $request,
            $ms = $this->timeoutMs($timeoutMs),
            Deadline::in($ms),
        ));
    }

    /**
     * Keeps a oneway message for the end of the script, after the response has gone to the browser. Returns at once, unless
     * `maxLater` are kept already: those are sent first. What cannot be sent is logged. In a process that serves many
     * requests, {@see flush()} at the end of each.
     *
     * @param array<string, string> $meta
     * @throws InvalidMessageException if it can never be sent
     */
    public function later(string $uri, mixed $data = null, array $meta = [], ?string $contract = null): void
    {
        $frame = $this->encodeOneway(new Request($uri, $data, $meta, $contract, oneway: true));
        $this->later->add($uri, $frame, $this->sendLater(...));
    }

    /**
     * Sends what {@see later()} has kept, now.
     *
     * @throws IpcException if that is not possible; what was not sent is kept
     */
    public function flush(): void
    {
        $this->later->flush();
    }

    /**
     * Ends the connection; calls that wait fail. A persistent one, which all clients of the process share, is ended only
     * where nobody waits. The next call connects anew. There is no need for it: a client that goes takes its own along.
     */
    public function close(): void
    {
        if (!$this->options->persistent || $this->connection?->hasCallers() === false) {
            $this->connection?->close();
        }
        $this->connection = null;
    }

    /**
     * Sends a request. A connection that turns out to be gone before anything of it was sent is replaced once.
     *
     * @param bool $isAlone whether the caller waits for this call and no other: the reply may be there already
     * @return ($isAlone is true ? Reply|PendingCall : PendingCall)
     * @throws IpcException if nothing can be sent
     */
    private function start(Request $request, int $timeoutMs, Deadline $deadline, bool $isAlone = false): Reply|PendingCall
    {
        for ($attempt = 1;; $attempt++) {
            $connection = $this->connection($deadline);
            $remainingMs = $deadline->remainingMs();
            if ($remainingMs === 0) {
                throw new TimeoutException($request->uri, $timeoutMs, sent: false);
            }
            $id = $this->nextId();
            $bytes = $this->encoder->encode($id, $request, $remainingMs, $connection->pid);
            $call = $isAlone
                ? $connection->exchange($bytes, $id, $request->uri, $timeoutMs, $deadline)
                : PendingCall::send($connection, $id, $request->uri, $timeoutMs, $deadline, new OutgoingFrame($bytes));
            if ($call instanceof Reply || $attempt > 1 || $connection->isOpen() || !$call->isUnsent()) {
                return $call;
            }
        }
    }

    /** @throws InvalidMessageException if it can never be sent */
    private function encodeOneway(Request $request): string
    {
        return $this->encoder->encode($this->nextId(), $request, null, (int) getmypid());
    }

    /** @throws IpcException if the kernel does not take it in time */
    private function sendOneway(string $uri, string $bytes, int $timeoutMs): void
    {
        $deadline = Deadline::in($timeoutMs);
        for ($attempt = 1;; $attempt++) {
            $connection = $this->connection($deadline);
            $frame = new OutgoingFrame($bytes);
            $connection->send($frame, '', $deadline);
            while (!$frame->isOut() && $connection->isOpen() && !$deadline->isOver()) {
                $connection->turn($deadline);
            }
            if ($frame->isOut()) {
                return;
            }
            if ($connection->isOpen()) {
                $connection->giveUp($frame);
                throw new TimeoutException($uri, $timeoutMs, $frame->mayHaveArrived());
            }
            if ($attempt > 1 || $frame->hasBegun()) {
                throw $connection->failureFor($frame);
            }
        }
    }

    /** @throws IpcException if it could not be sent */
    private function sendLater(string $uri, string $bytes): void
    {
        $this->sendOneway($uri, $bytes, $this->options->requestTimeoutMs);
    }

    /** @throws ConnectException if there is none and nobody accepts */
    private function connection(Deadline $deadline): Connection
    {
        if ($this->connection?->isUsable() === true) {
            return $this->connection;
        }
        if ($this->connection?->isBusy() === true) {
            // This is a signal handler, come between two bytes of the connection.
            return Connection::open($this->connectionOptions, $deadline);
        }
        return $this->connection = $this->options->persistent
            ? SharedConnections::get($this->connectionOptions, $deadline)
            : Connection::open($this->connectionOptions, $deadline);
    }

    private function timeoutMs(?int $timeoutMs): int
    {
        return $timeoutMs === null ? $this->options->requestTimeoutMs : ClientOptions::checkedTimeout($timeoutMs);
    }

    private function nextId(): string
    {
        return $this->idPrefix . $this->requests++;
    }
}
