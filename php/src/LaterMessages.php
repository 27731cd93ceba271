<?php

declare(strict_types=1);

namespace PixlIpc;

use PixlIpc\Exception\IpcException;
use Psr\Log\LoggerInterface;

/**
 * Oneway messages that wait for the end of the script, in order. A forked child leaves its parent's to the parent.
 *
 * @internal
 */
final class LaterMessages
{
    /** @var \SplQueue<array{string, string}> uri and frame */
    private \SplQueue $messages;
    private int $pid = 0;

    /** @param \Closure(string $uri, string $frame): void $send throws an IpcException where it cannot */
    public function __construct(
        private readonly \Closure $send,
        private readonly int $max,
        private readonly ?LoggerInterface $logger,
    ) {
        $this->messages = new \SplQueue();
    }

    /** Keeps a message; where there are as many as may be, sends all that came before it. */
    public function add(string $uri, string $frame): void
    {
        $this->own();
        if ($this->messages->count() >= $this->max) {
            $this->flushOrLog();
        }
        $this->messages->enqueue([$uri, $frame]);
    }

    /** @throws IpcException if one cannot be sent; it is kept, and so are those after it */
    public function flush(): void
    {
        $this->own();
        while (!$this->messages->isEmpty()) {
            ($this->send)(...$this->messages->bottom());
            $this->messages->dequeue();
        }
    }

    /** In every process that has messages of its own: its end sends them. */
    private function own(): void
    {
        $pid = (int) getmypid();
        if ($this->pid === $pid) {
            return;
        }
        $this->messages = new \SplQueue();
        $this->pid = $pid;
        // Registered anew at the end, so that it comes after everything else that runs there and may still print.
        register_shutdown_function(fn() => register_shutdown_function(fn() => $this->finish($pid)));
    }

    /** After the response has gone, where the server interface can do that. */
    private function finish(int $pid): void
    {
        if ($pid !== getmypid() || $this->messages->isEmpty()) {
            return;
        }
        if (\function_exists('fastcgi_finish_request')) {
            fastcgi_finish_request();
        }
        $this->flushOrLog();
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
            $this->messages = new \SplQueue();
        }
    }
}
