<?php

declare(strict_types=1);

require_once __DIR__ . '/autoload.php';

use PixlIpc\Call\PendingCall;
use PixlIpc\Connection\Connection;
use PixlIpc\Connection\ConnectionOptions;
use PixlIpc\Connection\SocketPath;
use PixlIpc\Deadline;
use PixlIpc\Envelope\RequestEncoder;
use PixlIpc\Exception\ConnectException;
use PixlIpc\Exception\InvalidMessageException;
use PixlIpc\Exception\ProtocolException;
use PixlIpc\Exception\TimeoutException;
use PixlIpc\Frame\OutgoingFrame;

/**
 * The original's client, to be put in its place: the same class, options, codes and replies, over {@see Connection}.
 *
 * What is better: a message of any size and text arrives whole or is refused before it is sent; a timeout costs its own
 * call and no other; requestTimeout bounds sending and waiting together; the client connects by itself.
 *
 * @see docs/guides/php.md#coming-from-the-original
 */
class PixlIPCClient
{
    /** Nobody accepts at the path. */
    public const E_SOCKET_CONNECT = 5001;
    /** The request is neither array nor object, or holds what JSON cannot. */
    public const E_BAD_REQUEST_TYPE = 5002;
    /** The request could not be written. */
    public const E_SOCKET_WRITE = 5003;
    /** The reply could not be read. */
    public const E_BAD_RESPONSE = 5004;
    /** The server closed the connection. The next send() opens another. */
    public const E_SERVER_CLOSE = 5005;
    /** The original's name for a timeout. send() returns false and does not throw it. */
    public const E_TIMEOUT = 5006;

    private const MAX_FRAME_BYTES = 16_777_216;
    /** A day: what is longer is meant as for ever. */
    private const MAX_TIMEOUT_MS = 86_400_000;

    private readonly string $socketPath;
    private readonly int $requestTimeoutMs;
    private readonly int $connectTimeoutMs;
    private readonly RequestEncoder $encoder;
    private string $idPrefix;
    private int $requests = 0;
    private ?Connection $connection = null;

    /**
     * @param string|\Stringable $socketPath
     * @param array<string, mixed>|null $options `requestTimeout` and `connectTimeout` in milliseconds, both 500, and
     *   `userAgent`, 'PHP/PixlIPCClient' and the working directory
     */
    public function __construct($socketPath, $options = null)
    {
        $this->socketPath = SocketPath::absolute((string) $socketPath);
        $this->requestTimeoutMs = self::milliseconds($options['requestTimeout'] ?? null);
        $this->connectTimeoutMs = self::milliseconds($options['connectTimeout'] ?? null);
        $userAgent = $options['userAgent'] ?? null;
        $this->encoder = new RequestEncoder(
            is_string($userAgent) ? $userAgent : 'PHP/PixlIPCClient' . getcwd(),
            self::MAX_FRAME_BYTES,
        );
        $this->idPrefix = self::newIdPrefix();
    }

    /** A copy has ids and a connection of its own: a late reply to the one must not look like one to the other. */
    public function __clone()
    {
        $this->idPrefix = self::newIdPrefix();
        $this->connection = null;
    }

    /**
     * Opens a connection, in the place of the one that is open.
     *
     * @return void
     * @throws Exception E_SOCKET_CONNECT if nobody accepts within connectTimeout
     */
    public function connect()
    {
        $this->connection?->close();
        $this->connection = $this->open(Deadline::in($this->connectTimeoutMs));
    }

    /**
     * Sends the request, connecting where no connection is open, and waits for its reply.
     *
     * @param string|\Stringable|int $uri
     * @param array<array-key, mixed>|object $request
     * @return mixed the reply's `data`, objects as associative arrays; false on timeout; null where the reply has none
     * @throws Exception E_SOCKET_CONNECT, E_BAD_REQUEST_TYPE, E_BAD_RESPONSE or E_SERVER_CLOSE, the last for a failed write too
     */
    public function send($uri, &$request)
    {
        if (!self::isSendable($request)) {
            throw new Exception('Request must be an object or associative array', self::E_BAD_REQUEST_TYPE);
        }
        $uri = (string) $uri;
        $id = $this->idPrefix . '.' . $this->requests++;
        try {
            $frame = $this->encoder->encodeVersion1($id, $uri, $request, (int) getmypid());
        } catch (InvalidMessageException $refused) {
            throw new Exception($refused->getMessage(), self::E_BAD_REQUEST_TYPE, $refused);
        }
        if ($this->connection?->isUsable() !== true) {
            $this->connection = $this->open(Deadline::in(min($this->connectTimeoutMs, $this->requestTimeoutMs)));
        }
        $deadline = Deadline::in($this->requestTimeoutMs);
        $call = PendingCall::send($this->connection, $id, $uri, $this->requestTimeoutMs, $deadline, new OutgoingFrame($frame));
        $failure = $call->failure();
        $reply = $call->reply();
        return match (true) {
            // The original takes an error reply for a reply: the error stands in its data.
            $reply !== null => $reply->data,
            $failure instanceof TimeoutException => false,
            $failure instanceof ProtocolException => throw new Exception(
                "Could not json_decode response, details: {$failure->getMessage()}",
                self::E_BAD_RESPONSE,
                $failure,
            ),
            default => throw new Exception(
                'Server closed the connection (' . ($failure?->wasSent() === true ? 'readMessage' : 'send') . ')',
                self::E_SERVER_CLOSE,
                $failure,
            ),
        };
    }

    /** @throws Exception E_SOCKET_CONNECT if nobody accepts in time */
    private function open(Deadline $deadline): Connection
    {
        try {
            return Connection::open(
                new ConnectionOptions(SocketPath::checked($this->socketPath), self::MAX_FRAME_BYTES, maxPending: 1, associative: true),
                $deadline,
            );
        } catch (ConnectException | InvalidArgumentException $refused) {
            throw new Exception(
                "PixlIPCClient.connect(): stream_socket_client() failed: reason: {$refused->getMessage()}",
                self::E_SOCKET_CONNECT,
                $refused,
            );
        }
    }

    private static function newIdPrefix(): string
    {
        return bin2hex(random_bytes(8));
    }

    private static function isSendable(mixed $request): bool
    {
        return is_array($request) || is_object($request);
    }

    private static function milliseconds(mixed $option): int
    {
        return is_numeric($option) ? (int) max(1, min(self::MAX_TIMEOUT_MS, (float) $option)) : 500;
    }
}
