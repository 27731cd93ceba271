<?php

declare(strict_types=1);

namespace PixlIpc\Connection;

use PixlIpc\Exception\ConnectException;

/**
 * Whose socket it is that one is about to connect to, by the file system: PHP cannot ask the kernel for the user at the
 * other end.
 *
 * @see docs/security.md
 */
final class SocketOwner
{
    private const TYPE = 0o170000;
    private const SOCKET = 0o140000;
    private const OTHERS_WRITE = 0o002;
    private const STICKY = 0o1000;
    private const ROOT = 0;

    /**
     * @throws ConnectException unless the path is a socket of the user `$uid`, in a directory of that user or root's where
     *   nobody else can replace it
     */
    public static function assertIs(int $uid, string $path): void
    {
        $socket = self::stat($path);
        if (($socket['mode'] & self::TYPE) !== self::SOCKET) {
            throw ConnectException::untrusted($path, 'it is no socket');
        }
        if ($socket['uid'] !== $uid) {
            throw ConnectException::untrusted($path, "it belongs to uid {$socket['uid']}, expected {$uid}");
        }
        $directory = self::stat(\dirname($path));
        if ($directory['uid'] !== $uid && $directory['uid'] !== self::ROOT) {
            throw ConnectException::untrusted($path, "its directory belongs to uid {$directory['uid']}, expected {$uid}");
        }
        if (($directory['mode'] & self::OTHERS_WRITE) !== 0 && ($directory['mode'] & self::STICKY) === 0) {
            throw ConnectException::untrusted($path, 'everybody may replace it: its directory is writable for others');
        }
    }

    /**
     * @return array{mode: int, uid: int}
     * @throws ConnectException if there is nothing
     */
    private static function stat(string $path): array
    {
        clearstatcache(true, $path);
        // Says by a warning what its result says too.
        set_error_handler(static fn(int $level, string $message, string $file): bool => $file === __FILE__);
        try {
            $stat = lstat($path);
        } finally {
            restore_error_handler();
        }
        if ($stat === false) {
            throw ConnectException::untrusted($path, "{$path} does not exist or cannot be looked at");
        }
        return ['mode' => $stat['mode'], 'uid' => $stat['uid']];
    }
}
