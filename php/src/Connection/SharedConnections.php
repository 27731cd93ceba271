<?php

declare(strict_types=1);

namespace PixlIpc\Connection;

use PixlIpc\Deadline;
use PixlIpc\Exception\ConnectException;

/**
 * The persistent connections of this process, one for a path. PHP hands the same persistent stream to everybody who opens
 * its path; two readers of one stream would take each other's replies, so all clients of the process share the one
 * {@see Connection} that multiplexes it. The state is static because what it stands for is: PHP's own list of persistent
 * streams.
 */
final class SharedConnections
{
    /** @var array<string, Connection> by path */
    private static array $byPath = [];
    private static bool $closesAtShutdown = false;

    /**
     * The process's connection for these options. Where it cannot be shared, one that is not persistent: where the options
     * of another client differ, calls still wait on it though the daemon is going, or a signal handler finds it busy.
     *
     * @throws ConnectException if nobody accepts
     */
    public static function get(ConnectionOptions $options, Deadline $deadline): Connection
    {
        $shared = self::$byPath[$options->path] ?? null;
        if ($shared !== null && $shared->isOpen() && !$shared->isUsable()) {
            if ($shared->isOwn() && $shared->hasCallers()) {
                return Connection::open($options, $deadline);
            }
            $shared->close();
        }
        if ($shared === null || !$shared->isOpen()) {
            self::closeAtShutdown();
            return self::$byPath[$options->path] = Connection::open($options, $deadline, persistent: true);
        }
        return $shared->suits($options) ? $shared : Connection::open($options, $deadline);
    }

    /**
     * At the end of the script, of whatever kind, closes every connection that does not stand between two frames. The
     * mark on the stream ({@see Socket}) holds where this does not come to run.
     */
    private static function closeAtShutdown(): void
    {
        if (self::$closesAtShutdown) {
            return;
        }
        self::$closesAtShutdown = true;
        register_shutdown_function(static function (): void {
            foreach (self::$byPath as $connection) {
                if (!$connection->isBetweenFrames()) {
                    $connection->close();
                }
            }
        });
    }
}
