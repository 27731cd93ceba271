<?php

declare(strict_types=1);

namespace PixlIpc\Connection;

/** Where a daemon's socket lies. */
final class SocketPath
{
    /** `sockaddr_un` holds 108 bytes with the final NUL; PHP cuts a longer path. */
    private const MAX_BYTES = 107;

    /**
     * The path from the root, and that it can be one of a socket.
     *
     * @throws \InvalidArgumentException if it cannot
     */
    public static function checked(string $path): string
    {
        $path = self::absolute($path);
        $bytes = \strlen($path);
        if ($bytes === 0 || $bytes > self::MAX_BYTES || str_contains($path, "\0")) {
            throw new \InvalidArgumentException(
                "socketPath '{$path}' has {$bytes} bytes; give the path of the daemon's socket, 1 to "
                    . self::MAX_BYTES . ' bytes from the root, without NUL',
            );
        }
        return $path;
    }

    /**
     * The path from the root. PHP finds persistent streams by the text of their path, and FPM changes the directory for
     * every script: a relative path would find the stream to the daemon of another directory. Where the working directory
     * is gone it stays as it is, and leads nowhere.
     */
    public static function absolute(string $path): string
    {
        $directory = $path === '' || $path[0] === '/' ? false : getcwd();
        return $directory === false ? $path : rtrim($directory, '/') . "/{$path}";
    }
}
