<?php

declare(strict_types=1);

namespace PixlIpc;

use PixlIpc\Exception\IpcException;
use Psr\Log\LoggerInterface;

/**
 * Oneway messages that wait for the end of the script, in order. A forked child leaves its parent's to the parent.
 *
 * The state is static because what it stands for is: PHP's list of shutdown functions, from which none can be taken again.
 *
 * @internal
 */
final class LaterMessages
{
    /** @var array<int, self> those that hold messages, by object id: the end sends them, whoever else has let go of them */
    private static array $atShutdown = [];
    /** The process whose shutdown function is registered and has not run. */
    private static int $shutdownPid = 0;

    /** @var \SplQueue<array{string, string}> uri and frame */
    private \SplQueue $messages;
    private int $pid = 0;
    /** @var (\Closure(string, string): void)|null only while there are messages: it holds the client, which holds this */
    private ?\Closure $send = null;

    public function __construct(private readonly int $max, private readonly ?LoggerInterface $logger)
    {
        $this->messages = new \SplQueue();
    }

    /** Another shutdown function may exit(), and PHP then runs no more of them; objects still end. */
    public function __destruct()
    {
        $this->flushOrLog();
    }

    /**
     * Keeps a message; where there are as many as may be, sends all that came before it.
     *
     * @param \Closure(string $uri, string $frame): void $send throws an IpcException where it cannot
     */
    public function add(string $uri, string $frame, \Closure $send): void
    {
        $this->own();
        if ($this->messages->count() >= $this->max) {
            $this->flushOrLog();
        }
        $this->messages->enqueue([$uri, $frame]);
        $this->send = $send;
        self::$atShutdown[spl_object_id($this)] = $this;
        self::registerShutdown($this->pid);
    }

    /** @throws IpcException if one cannot be sent; it is kept, and so are those after it */
    public function flush(): void
    {
        $this->own();
        while ($this->send !== null && !$this->messages->isEmpty()) {
            ($this->send)(...$this->messages->bottom());
            $this->messages->dequeue();
        }
        $this->clear();
    }

    /** What was put in by the parent of a forked child is the parent's. */
    private function own(): void
    {
        $pid = (int) getmypid();
        if ($this->pid !== $pid) {
            $this->clear();
            $this->pid = $pid;
        }
    }

    private function clear(): void
    {
        $this->messages = new \SplQueue();
        $this->send = null;
        unset(self::$atShutdown[spl_object_id($this)]);
    }

    private static function registerShutdown(int $pid): void
    {
        if (self::$shutdownPid === $pid) {
            return;
        }
        self::$shutdownPid = $pid;
        self::$atShutdown = array_filter(self::$atShutdown, static fn(self $later): bool => $later->pid === $pid);
        // Registered anew at the end, so that it comes after everything else that runs there and may still print.
        register_shutdown_function(static fn() => register_shutdown_function(static fn() => self::finish($pid)));
    }

    /** After the response has gone, where the server interface can do that. */
    private static function finish(int $pid): void
    {
        if ($pid !== getmypid()) {
            return;
        }
        self::$shutdownPid = 0;
        if (self::$atShutdown !== [] && \function_exists('fastcgi_finish_request')) {
            fastcgi_finish_request();
        }
        foreach (self::$atShutdown as $later) {
            $later->flushOrLog();
        }
    }

    /** There is nobody to throw at. */
    private function flushOrLog(): void
    {
        try {
            $this->flush();
        } catch (IpcException $failure) {
            $this->logger?->error("{$this->messages->count()} later messages are lost: {$failure->getMessage()}", [
                'uris' => array_values(array_unique(array_column([...$this->messages], 0))),
                'exception' => $failure,
            ]);
            $this->clear();
        }
    }
}
