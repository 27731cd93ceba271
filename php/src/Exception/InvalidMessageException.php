<?php

declare(strict_types=1);

namespace PixlIpc\Exception;

use PixlIpc\ErrorCode;

/** The message cannot be sent as it is: a mistake of the program. Nothing was sent. */
final class InvalidMessageException extends \InvalidArgumentException implements IpcException
{
    /**
     * @param string $path where in the data the culprit stands, as a JSON pointer: `/lines/0/qty`, empty for the whole
     */
    public function __construct(
        string $message,
        public readonly string $path = '',
        private readonly ErrorCode $protocolCode = ErrorCode::InvalidArgument,
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
        return false;
    }
}
