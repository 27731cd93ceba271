<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Fixture;

/** A stream of the numbers from 0, as far as there is credit. */
final class PeerStream
{
    private int $next = 0;
    private bool $isOver = false;

    /** @param string $failure code of the error that it ends with, empty for none */
    public function __construct(
        private readonly string $id,
        private readonly int $count,
        private readonly string $failure,
    ) {}

    /** What may be said now. */
    public function grant(int $credit): string
    {
        $text = '';
        for (; $credit > 0 && $this->next < $this->count; $credit--, $this->next++) {
            $text .= "{\"v\":2,\"ipcReqID\":\"{$this->id}\",\"seq\":{$this->next},\"data\":{$this->next},\"continues\":true}\n";
        }
        if ($this->next === $this->count && !$this->isOver) {
            $this->isOver = true;
            $end = $this->failure === '' ? '"data":"over"' : "\"code\":\"{$this->failure}\",\"message\":\"m\"";
            $text .= "{\"v\":2,\"ipcReqID\":\"{$this->id}\",{$end}}\n";
        }
        return $text;
    }
}
