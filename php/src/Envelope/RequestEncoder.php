<?php

declare(strict_types=1);

namespace PixlIpc\Envelope;

use PixlIpc\ErrorCode;
use PixlIpc\Exception\InvalidMessageException;
use PixlIpc\Json\Culprit;
use PixlIpc\Json\JsonPath;
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
            $envelope['meta'] = self::meta($request->meta);
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
            if (JsonText::mayHoldUnsafeInteger($text)) {
                self::assertSafeIntegers($text);
            }
        } catch (\JsonException $error) {
            throw $this->refused($envelope, $error);
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

    /**
     * @param array<array-key, mixed> $meta
     * @throws InvalidMessageException unless every value is a string
     */
    private static function meta(array $meta): \stdClass
    {
        foreach ($meta as $key => $value) {
            if (!\is_string($value)) {
                $place = JsonPath::member('meta', $key);
                throw new InvalidMessageException("{$place}: expected a string, got " . get_debug_type($value));
            }
        }
        return (object) $meta;
    }

    /**
     * Looks at what was written, not at what was given: an object may hold what only json_encode() sees.
     *
     * @throws InvalidMessageException if one in the data is beyond 2^53
     * @throws \JsonException never: the text is what was encoded
     */
    private static function assertSafeIntegers(string $text): void
    {
        $envelope = JsonText::decode($text, self::MAX_DEPTH, associative: true);
        $culprit = Culprit::in(\is_array($envelope) ? $envelope['data'] ?? null : null, self::MAX_DEPTH - 1);
        if ($culprit !== null) {
            throw self::refusedFor($culprit);
        }
    }

    /** @param non-empty-array<string, mixed> $envelope */
    private function refused(array $envelope, \JsonException $error): InvalidMessageException
    {
        $culprit = Culprit::in($envelope['data'], self::MAX_DEPTH - 1);
        if ($culprit !== null) {
            return self::refusedFor($culprit, $error);
        }
        unset($envelope['data']);
        $culprit = Culprit::in($envelope, self::MAX_DEPTH);
        return new InvalidMessageException(
            $culprit === null
                ? 'data has no JSON: ' . $error->getMessage()
                : ltrim($culprit->path, '/') . ": {$culprit->reason}",
            previous: $error,
        );
    }

    private static function refusedFor(Culprit $culprit, ?\JsonException $error = null): InvalidMessageException
    {
        $place = $culprit->path === '' ? 'data' : "data at {$culprit->path}";
        return new InvalidMessageException("{$place}: {$culprit->reason}", $culprit->path, previous: $error);
    }
}
