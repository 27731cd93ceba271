<?php

declare(strict_types=1);

namespace PixlIpc\Exception;

use PixlIpc\ErrorCode;

/**
 * The daemon answered with an error. Generated code extends this class for the errors that a contract declares, with
 * typed details.
 *
 * @see docs/errors.md
 *
 * @template-covariant TDetails = mixed
 */
class RemoteException extends \RuntimeException implements IpcException
{
    /**
     * @param string $errorCode a code of the protocol, or one that the endpoint's contract declares (`orders.sold_out`)
     * @param TDetails $details facts for the program, as {@see \PixlIpc\Client::call()} returns data
     * @param int|null $retryAfterMs after how long a retry makes sense, where the daemon says
     * @param bool $sent false where the daemon refused before it read the request
     */
    public function __construct(
        public readonly string $errorCode,
        string $message,
        public readonly mixed $details = null,
        public readonly ?int $retryAfterMs = null,
        private readonly bool $sent = true,
        ?\Throwable $previous = null,
    ) {
        parent::__construct($message, 0, $previous);
    }

    /** The same, with the reason why it was not made an exception of the class that its code has in generated code. */
    final public function because(\Throwable $reason): self
    {
        return new self($this->errorCode, $this->getMessage(), $this->details, $this->retryAfterMs, $this->sent, $reason);
    }

    /** Whether the daemon is stopping and has not executed the request, so that its successor may. */
    final public function isGoingAway(): bool
    {
        return $this->errorCode === ErrorCode::Unavailable->value && !$this->sent;
    }

    final public function errorCode(): string
    {
        return $this->errorCode;
    }

    final public function wasSent(): bool
    {
        return $this->sent;
    }
}
