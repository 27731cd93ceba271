<?php

declare(strict_types=1);

namespace PixlIpc\Exception;

use PixlIpc\ErrorCode;

/** No connection could be made, so nothing was sent: a retry is safe. */
final class ConnectException extends CallException
{
    /** What the operating system's refusal asks for, by its error number on Linux. */
    private const REMEDIES = [
        2 => 'start the daemon, or correct the path',
        11 => "the daemon's backlog is full; try again or raise its listen_backlog",
        13 => "the file mode keeps this user out; set the daemon's socket_group and socket_chmod 660",
        88 => 'the path is no socket; correct it',
        111 => 'the socket file is there but nobody listens; start the daemon',
    ];

    private function __construct(string $message, ErrorCode $code, public readonly int $errno)
    {
        parent::__construct($message, $code, sent: false);
    }

    /** The operating system said no. */
    public static function refused(string $path, int $errno, string $reason): self
    {
        $remedy = self::REMEDIES[$errno] ?? null;
        return new self(
            "cannot connect to {$path}: {$reason} (errno {$errno})" . ($remedy === null ? '' : "; {$remedy}"),
            ErrorCode::Unavailable,
            $errno,
        );
    }

    /** The socket, or its directory, is not what `expectUid` asks for. */
    public static function untrusted(string $path, string $reason): self
    {
        return new self("did not connect to {$path}: {$reason}", ErrorCode::PermissionDenied, 0);
    }

    /** The process has so many files open that select() cannot wait for one more. */
    public static function descriptorTooHigh(string $path): self
    {
        return new self(
            "cannot wait for a reply from {$path}: its file descriptor is over what select() takes (FD_SETSIZE, usually"
                . ' 1024); this process has too many files open, close some before connecting',
            ErrorCode::ResourceExhausted,
            0,
        );
    }
}
