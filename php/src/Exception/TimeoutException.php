<?php

declare(strict_types=1);

namespace PixlIpc\Exception;

use PixlIpc\ErrorCode;

/**
 * The call's deadline passed: at the latest 50 ms ago. {@see wasSent()} says whether the daemon may have executed it;
 * where not, the daemon did not read the request, and never will.
 */
final class TimeoutException extends CallException
{
    public function __construct(public readonly string $uri, public readonly int $timeoutMs, bool $sent)
    {
        $what = $sent ? 'no reply from' : 'could not send to';
        parent::__construct("{$what} {$uri} within {$timeoutMs} ms", ErrorCode::DeadlineExceeded, $sent);
    }
}
