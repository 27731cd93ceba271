<?php

declare(strict_types=1);

namespace PixlIpc\Exception;

use PixlIpc\ErrorCode;

/** The connection ended under the call. {@see wasSent()} says whether the daemon may have executed it. */
final class TransportException extends CallException
{
    public function __construct(string $message, bool $sent)
    {
        parent::__construct($message, ErrorCode::Unavailable, $sent);
    }
}
