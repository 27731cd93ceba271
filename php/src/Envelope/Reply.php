<?php

declare(strict_types=1);

namespace PixlIpc\Envelope;

use PixlIpc\ErrorCode;
use PixlIpc\Exception\ProtocolException;
use PixlIpc\Exception\RemoteException;
use PixlIpc\Json\JsonText;

/**
 * A frame from the daemon: a reply, one message of a stream, an error, or a word for nobody.
 *
 * @see docs/protocol.md#replies
 */
final readonly class Reply
{
    /** How much of a frame that cannot be read is looked at to find whose it is. */
    private const HEAD_BYTES = 512;
    private const HEAD = '/^\s*\{\s*(?:"v"\s*:\s*2\s*,\s*)?"ipcReqID"\s*:\s*"([ !#-\[\]-~]{1,256})"\s*[,}]/';

    /** @param array<array-key, mixed> $message the whole object */
    private function __construct(
        /** Whose call it answers; null where it has no id that this client could have given. */
        public ?string $id,
        public mixed $data,
        /** More messages of the stream follow. */
        public bool $continues,
        private array $message,
    ) {}

    /**
     * @param bool $associative objects become associative arrays
     * @throws ProtocolException if the line holds no JSON object, a key that PHP cannot hold, or an error whose code is no
     *   string
     */
    public static function parse(string $line, bool $associative = false): self
    {
        try {
            $value = JsonText::decode($line, RequestEncoder::MAX_DEPTH, $associative);
        } catch (\JsonException $error) {
            $bytes = \strlen($line);
            $reason = $error->getCode() === JSON_ERROR_INVALID_PROPERTY_NAME
                ? 'has a key that begins with NUL, which no object of PHP can have; let the daemon send a list of pairs'
                : "is no JSON: {$error->getMessage()}";
            throw new ProtocolException("a line of {$bytes} bytes {$reason}", previous: $error);
        }
        if (!($associative ? \is_array($value) : \is_object($value))) {
            throw new ProtocolException('a line must hold a JSON object, not ' . get_debug_type($value));
        }
        $message = (array) $value;
        // Without this the error would pass for a reply without data. In version 1 such a code is the application's.
        if (($message['v'] ?? null) === 2 && \array_key_exists('code', $message) && !\is_string($message['code'])) {
            throw new ProtocolException("a reply's code is " . get_debug_type($message['code']) . ', not a string');
        }
        $id = $message['ipcReqID'] ?? null;
        return new self(
            \is_string($id) ? $id : null,
            $message['data'] ?? null,
            ($message['continues'] ?? null) === true,
            $message,
        );
    }

    /** Whose a frame is that cannot be read as a whole, by the look of its beginning. */
    public static function idOf(string $unreadable): ?string
    {
        return preg_match(self::HEAD, substr($unreadable, 0, self::HEAD_BYTES), $match) === 1 ? $match[1] : null;
    }

    /** Whether it answers nobody: a push, or a word about the connection as a whole. */
    public function isForNobody(): bool
    {
        return !isset($this->message['ipcReqID']);
    }

    /** Whether the daemon is going: new requests are to use another connection. On an error: it has not executed this one. */
    public function isGoAway(): bool
    {
        return ($this->message['goaway'] ?? null) === true;
    }

    /** Whether the daemon refuses the connection: it has executed nothing that was sent on it, and will not. */
    public function isRefusal(): bool
    {
        return ($this->message['refused'] ?? null) === true;
    }

    /** The place of a message in its stream. */
    public function seq(): ?int
    {
        $seq = $this->message['seq'] ?? null;
        return \is_int($seq) ? $seq : null;
    }

    /**
     * The error that it holds, if it does.
     *
     * @param bool $sent whether the request was read before it was answered so
     */
    public function error(bool $sent = true): ?RemoteException
    {
        $code = $this->message['code'] ?? null;
        if (!\is_string($code)) {
            return ($this->message['v'] ?? null) === 2 ? null : $this->missingHandler();
        }
        $text = $this->message['message'] ?? null;
        $details = $this->message['details'] ?? null;
        $retryAfter = $this->message['retryAfter'] ?? null;
        if (ErrorCode::tryFrom($code) === null && !str_contains($code, '.')) {
            // Of a newer protocol than this client knows.
            $details = (object) ['code' => $code, 'details' => $details];
            $code = ErrorCode::Internal->value;
        }
        return new RemoteException(
            $code,
            \is_string($text) ? $text : $code,
            $details,
            \is_int($retryAfter) ? $retryAfter : null,
            $sent && !$this->isGoAway(),
        );
    }

    /** An old daemon says only in the data that it has no handler; any other `data.code` is the application's. */
    private function missingHandler(): ?RemoteException
    {
        $data = (array) $this->data;
        if (($data['code'] ?? null) !== ErrorCode::NoHandlerFound->value) {
            return null;
        }
        $text = $data['message'] ?? null;
        return new RemoteException(ErrorCode::NoHandlerFound->value, \is_string($text) ? $text : 'no handler found');
    }
}
