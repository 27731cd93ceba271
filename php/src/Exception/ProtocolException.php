<?php

declare(strict_types=1);

namespace PixlIpc\Exception;

use PixlIpc\ErrorCode;

/** What the daemon answered cannot be understood, or does not fit the contract. The request was executed, or may be. */
class ProtocolException extends CallException
{
    public function __construct(string $message, ErrorCode $code = ErrorCode::ParseError, ?\Throwable $previous = null)
    {
        parent::__construct($message, $code, sent: true, previous: $previous);
    }
}
