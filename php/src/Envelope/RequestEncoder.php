<?php

declare(strict_types=1);

namespace PixlIpc\Envelope;

use PixlIpc\ErrorCode;
use PixlIpc\Exception\InvalidMessageException;
use PixlIpc\Json\Culprit;
use PixlIpc\Json\JsonText;

/**
 * Requests of one client → frames. What JSON or the protocol cannot carry is refused here, before anything is sent.
 *
 * @see docs/protocol.md#requests
 */
final readonly class RequestEncoder
{
    /** Nesting of the whole frame; the envelope's own object is the first level. */
    public const MAX_DEPTH = 512;

    /**
     * @param int $pid with `$userAgent` what the client says of itself: a daemon shows it in logs and never trusts it
     * @param int $maxFrameBytes without the newline, inclusive
     */
    public function __construct(private int $pid, private string $userAgent, private int $maxFrameBytes) {}

    /**
     * A request of version 2.
     *
     * @param int|null $timeoutMs how long the caller will still wait; null for a oneway message
     * @throws InvalidMessageException if it cannot be sent
     */
    public function encode(string $id, Request $request, ?int $timeoutMs): string
    {
        $envelope = [
            'v' => 2,
            'ipcReqID' => $id,
            'uri' => $request->uri,
            'data' => $request->data,
            'pid' => $this->pid,
            'userAgent' => $this->userAgent,
        ];
        if ($timeoutMs !== null) {
            $envelope['timeout'] = $timeoutMs;
        }
        if ($request->oneway) {
            $envelope['oneway'] = true;
        }
        if ($request->credit !== null) {
            $envelope['more'] = true;
            $envelope['credit'] = $request->credit;
        }
        if ($request->meta !== []) {
            $envelope['meta'] = (object) $request->meta;
        }
        if ($request->contract !== null) {
            $envelope['contract'] = $request->contract;
        }
        return $this->frame($envelope);
    }

    /**
     * A request as the original's clients send it.
     *
     * @throws InvalidMessageException if it cannot be sent
     */
    public function encodeVersion1(string $id, string $uri, mixed $data): string
    {
        return $this->frame([
            'ipcReqID' => $id,
            'uri' => $uri,
            'data' => $data,
            'pid' => $this->pid,
            'userAgent' => $this->userAgent,
        ]);
    }

    /**
     * @param non-empty-array<string, mixed> $envelope
     * @throws InvalidMessageException if it cannot be sent
     */
    private function frame(array $envelope): string
    {
        try {
            $text = JsonText::encode($envelope, self::MAX_DEPTH);
        } catch (\JsonException $error) {
            throw $this->refused($envelope, $error);
        }
        if (JsonText::mayHoldUnsafeInteger($text) && Culprit::in($envelope['data'], self::MAX_DEPTH - 1) !== null) {
            throw $this->refused($envelope, null);
        }
        $bytes = \strlen($text);
        if ($bytes > $this->maxFrameBytes) {
            throw new InvalidMessageException(
                "request is {$bytes} bytes, limit {$this->maxFrameBytes}; raise maxFrameBytes here and max_frame_bytes at"
                    . ' the daemon',
                protocolCode: ErrorCode::MessageTooLarge,
            );
        }
        return $text . "\n";
    }

    /** @param non-empty-array<string, mixed> $envelope */
    private function refused(array $envelope, ?\JsonException $error): InvalidMessageException
    {
        $culprit = Culprit::in($envelope['data'], self::MAX_DEPTH - 1);
        if ($culprit !== null) {
            $place = $culprit->path === '' ? 'data' : "data at {$culprit->path}";
            return new InvalidMessageException("{$place}: {$culprit->reason}", $culprit->path, previous: $error);
        }
        unset($envelope['data']);
        $culprit = Culprit::in($envelope, self::MAX_DEPTH);
        return new InvalidMessageException(
            $culprit === null
                ? 'data has no JSON: ' . ($error?->getMessage() ?? 'unknown reason')
                : ltrim($culprit->path, '/') . ": {$culprit->reason}",
            previous: $error,
        );
    }
}
