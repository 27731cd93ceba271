<?php

declare(strict_types=1);

namespace PixlIpc\Connection;

use PixlIpc\Deadline;
use PixlIpc\Exception\ConnectException;

/**
 * One connected stream socket that never blocks: the only place that calls PHP's stream functions.
 *
 * A persistent stream outlives its script, and so does its chunk size, which nothing else here reads: these streams have
 * no read buffer. It carries a mark, "in use" or "free for …", so that the next script knows how the last one left the
 * stream, even one that died in the middle of a frame and ran neither shutdown function nor destructor.
 */
final class Socket
{
    public const READABLE = 1;
    public const WRITABLE = 2;

    /** PHP's own chunk size: a stream that is new. */
    private const UNMARKED = 8_192;
    private const IN_USE = 1;
    /** Marks of free streams begin here, so that none is one of the above. */
    private const FREE = 65_536;

    private const EAGAIN = PHP_OS_FAMILY === 'Linux' ? 11 : 35;
    /** The pause before a full backlog is tried again; it doubles. */
    private const FIRST_PAUSE_US = 250;
    private const LAST_PAUSE_US = 8_000;

    private readonly int $foundMark;
    private readonly \Closure $isOwnWarning;
    private bool $isFree = false;

    /** @param resource|closed-resource $stream */
    private function __construct(private $stream, private readonly int $freeMark)
    {
        $this->foundMark = stream_set_chunk_size($stream, self::IN_USE);
        $this->isOwnWarning = self::isOwnWarning(...);
    }

    /**
     * Connects; a full backlog is tried again until the deadline.
     *
     * @throws ConnectException if nobody accepts
     */
    public static function connect(string $path, Deadline $deadline): self
    {
        $socket = new self(self::open($path, $deadline, STREAM_CLIENT_CONNECT), self::FREE);
        $socket->prepare($path);
        return $socket;
    }

    /**
     * Takes over the persistent stream that this process has for the path, or connects one. One that was in use when its
     * script died, that is another process's or was marked by other `$words`, that holds bytes nobody asked for or has
     * ended is closed, never used.
     *
     * @param string $words who may take the stream over: the same words, in the same process
     * @throws ConnectException if nobody accepts
     */
    public static function connectPersistent(string $path, Deadline $deadline, string $words): self
    {
        $freeMark = self::FREE + (crc32(getmypid() . $words) & 0x3F_FFFF);
        for (;;) {
            $stream = self::open($path, $deadline, STREAM_CLIENT_CONNECT | STREAM_CLIENT_PERSISTENT);
            $isNew = ftell($stream) === 0;
            $socket = new self($stream, $freeMark);
            if ($socket->foundMark === self::UNMARKED && $isNew) {
                $socket->prepare($path);
                return $socket;
            }
            if ($socket->foundMark === $freeMark && $socket->wait(Deadline::now(), forWriting: true) === self::WRITABLE) {
                return $socket;
            }
            $socket->close();
        }
    }

    /**
     * Waits until bytes or the end have come, there is room for bytes, the deadline is over, or a signal comes.
     *
     * @return int READABLE and WRITABLE, either, or 0
     */
    public function wait(Deadline $deadline, bool $forWriting): int
    {
        $read = [$this->stream];
        $write = $forWriting ? [$this->stream] : null;
        $except = null;
        set_error_handler($this->isOwnWarning);
        try {
            $ready = stream_select($read, $write, $except, 0, $deadline->remainingUs());
        } finally {
            restore_error_handler();
        }
        if ($ready === false || $ready === 0) {
            return 0;
        }
        /**
         * @var list<resource> $read  what of it is ready
         * @var list<resource>|null $write
         */
        return ($read === [] ? 0 : self::READABLE) | ($write === null || $write === [] ? 0 : self::WRITABLE);
    }

    /**
     * {@see write()}, and where the kernel takes all, {@see wait()} and {@see read()} in one. Returns the bytes read, empty
     * where there are none yet or no more.
     *
     * @param int $taken how many of the bytes the kernel has taken
     * @param-out int $taken
     * @param positive-int $maxBytes
     */
    public function exchange(string $bytes, int &$taken, Deadline $deadline, int $maxBytes): string
    {
        set_error_handler($this->isOwnWarning);
        try {
            $taken = (int) fwrite($this->stream, $bytes);
            if ($taken !== \strlen($bytes)) {
                return '';
            }
            $read = [$this->stream];
            $write = $except = null;
            $ready = stream_select($read, $write, $except, 0, max(0, intdiv($deadline->atNs - hrtime(true), 1_000)));
            // A signal handler may have closed it meanwhile.
            return $ready === 1 && \is_resource($this->stream) ? (string) fread($this->stream, $maxBytes) : '';
        } finally {
            restore_error_handler();
        }
    }

    /** How many of the bytes the kernel has taken, null if the connection is broken. */
    public function write(string $bytes): ?int
    {
        set_error_handler($this->isOwnWarning);
        try {
            $taken = fwrite($this->stream, $bytes);
        } finally {
            restore_error_handler();
        }
        return $taken === false ? null : $taken;
    }

    /**
     * The bytes that are there, at most `$maxBytes`; empty where there are none, null if there will be no more.
     *
     * @param positive-int $maxBytes
     */
    public function read(int $maxBytes): ?string
    {
        set_error_handler($this->isOwnWarning);
        try {
            $bytes = fread($this->stream, $maxBytes);
        } finally {
            restore_error_handler();
        }
        if ($bytes !== false && $bytes !== '') {
            return $bytes;
        }
        // Not feof(): it waits for as long as default_socket_timeout says.
        return stream_get_meta_data($this->stream)['eof'] ? null : '';
    }

    /** From here on the stream is in the middle of something: nobody may take it over. */
    public function markInUse(): void
    {
        if ($this->isFree) {
            stream_set_chunk_size($this->stream, self::IN_USE);
            $this->isFree = false;
        }
    }

    /** The stream stands between two frames and nothing is owed: who gives the same words may take it over. */
    public function markFree(): void
    {
        if (!$this->isFree) {
            stream_set_chunk_size($this->stream, $this->freeMark);
            $this->isFree = true;
        }
    }

    /** Ends it, also a persistent one. In a forked child it takes nothing from the parent, who has a descriptor of its own. */
    public function close(): void
    {
        if (\is_resource($this->stream)) {
            fclose($this->stream);
        }
    }

    /**
     * @param int<0, 7> $flags
     * @return resource
     * @throws ConnectException if nobody accepts
     */
    private static function open(string $path, Deadline $deadline, int $flags)
    {
        for ($pauseUs = self::FIRST_PAUSE_US;; $pauseUs = min(2 * $pauseUs, self::LAST_PAUSE_US)) {
            $remainingUs = $deadline->remainingUs();
            set_error_handler(self::isOwnWarning(...));
            try {
                // The timeout is that of TCP; a UNIX socket connects at once or not at all.
                $stream = stream_socket_client("unix://{$path}", $errno, $reason, max(1, $remainingUs) / 1e6, $flags);
            } finally {
                restore_error_handler();
            }
            if ($stream !== false) {
                return $stream;
            }
            if ($errno !== self::EAGAIN || $remainingUs === 0) {
                throw ConnectException::refused($path, $errno ?? 0, $reason ?? 'no reason given');
            }
            usleep(min($pauseUs, $remainingUs));
        }
    }

    /** @throws ConnectException if select() cannot wait for it */
    private function prepare(string $path): void
    {
        stream_set_blocking($this->stream, false);
        // What PHP read ahead, select() would not see, and the next script would find.
        stream_set_read_buffer($this->stream, 0);
        // A socket that is connected has room: where select() does not see it, it sees nothing of this descriptor.
        if (($this->wait(Deadline::now(), forWriting: true) & self::WRITABLE) === 0) {
            $this->close();
            throw ConnectException::descriptorTooHigh($path);
        }
    }

    /**
     * Stream functions say by a warning or a notice what their result says too: a full backlog, a broken pipe, a signal
     * that came while they waited. Those are kept from error handlers that would make exceptions of them, and no others: a
     * signal handler that runs meanwhile stands in another file.
     */
    private static function isOwnWarning(int $level, string $message, string $file): bool
    {
        return $file === __FILE__;
    }
}
