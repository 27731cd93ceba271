<?php

declare(strict_types=1);

namespace PixlIpc\Exception;

use PixlIpc\ErrorCode;

/** What the failures of a call have in common. */
abstract class CallException extends \RuntimeException implements IpcException
{
    public function __construct(
        string $message,
        private readonly ErrorCode $protocolCode,
        private readonly bool $sent,
        ?\Throwable $previous = null,
    ) {
        parent::__construct($message, 0, $previous);
    }

    public function errorCode(): string
    {
        return $this->protocolCode->value;
    }

    public function wasSent(): bool
    {
        return $this->sent;
    }
}
