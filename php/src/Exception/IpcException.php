<?php

declare(strict_types=1);

namespace PixlIpc\Exception;

/**
 * Everything that this package throws because a call failed. Catch one of the classes to decide:
 * {@see ConnectException} nobody answers at the path, {@see TransportException} the connection was lost,
 * {@see TimeoutException} the deadline passed, {@see ProtocolException} the answer cannot be understood,
 * {@see RemoteException} the daemon answered with an error, {@see InvalidMessageException} the message cannot be sent.
 */
interface IpcException extends \Throwable
{
    /** A code of the protocol, or one that the endpoint's contract declares. Decide by it, never by the message's text. */
    public function errorCode(): string;

    /** False: the request certainly did not run, a retry is safe. True: the outcome is unknown. */
    public function wasSent(): bool;
}
