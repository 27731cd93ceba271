<?php

declare(strict_types=1);

namespace PixlIpc\Connection;

use PixlIpc\Envelope\Reply;
use PixlIpc\Exception\IpcException;

/** Whoever waits for the replies to one request. */
interface ReplySink
{
    /** A reply has come; unless it `continues`, it is the last. Must not throw. */
    public function accept(Reply $reply): void;

    /** No more replies will come. Must not throw. */
    public function fail(IpcException $failure): void;
}
