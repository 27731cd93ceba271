<?php

declare(strict_types=1);

namespace PixlIpc\Envelope;

use PixlIpc\ErrorCode;
use PixlIpc\Exception\InvalidMessageException;
use PixlIpc\Json\Culprit;
use PixlIpc\Json\Encode;
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

    /** The last of what every request says: a member of the envelope, as text. */
    private string $userAgent;

    /**
     * @param string $userAgent with the process's id what the client says of itself: a daemon shows it in logs and never
     *   trusts it
     * @param int $maxFrameBytes without the newline, inclusive
     */
    public function __construct(string $userAgent, private int $maxFrameBytes)
    {
        $this->userAgent = ',"userAgent":' . JsonText::quoteLossy($userAgent);
    }

    /**
     * A request of version 2.
     *
     * @param string $id of letters, digits and dots
     * @param int|null $timeoutMs how long the caller will still wait; null for a oneway message
     * @param int $pid of this process
     * @throws InvalidMessageException if it cannot be sent
     * @throws \InvalidArgumentException if the credit is none
     */
    public function encode(string $id, Request $request, ?int $timeoutMs, int $pid): string
    {
        try {
            $text = '{"v":2,"ipcReqID":"' . $id . '","uri":' . JsonText::quote($request->uri)
                . ',"data":' . JsonText::encode($request->data, self::MAX_DEPTH - 1) . ',"pid":' . $pid . $this->userAgent;
            if ($timeoutMs !== null) {
                $text .= ',"timeout":' . $timeoutMs;
            }
            if ($request->oneway) {
                $text .= ',"oneway":true';
            }
            if ($request->credit !== null) {
                $text .= ',"more":true,"credit":' . self::credit($request->credit);
            }
            if ($request->meta !== []) {
                $text .= ',"meta":' . JsonText::encode(self::meta($request->meta), self::MAX_DEPTH - 1);
            }
            if ($request->contract !== null) {
                $text .= ',"contract":' . JsonText::quote($request->contract);
            }
        } catch (\JsonException $error) {
            throw self::refused($request, $error);
        }
        return $this->frame($text, $request->data);
    }

    /**
     * A request as the original's clients send it.
     *
     * @throws InvalidMessageException if it cannot be sent
     */
    public function encodeVersion1(string $id, string $uri, mixed $data, int $pid): string
    {
        try {
            $text = '{"ipcReqID":' . JsonText::quote($id) . ',"uri":' . JsonText::quote($uri)
                . ',"data":' . JsonText::encode($data, self::MAX_DEPTH - 1) . ',"pid":' . $pid . $this->userAgent;
        } catch (\JsonException $error) {
            throw self::refused(new Request($uri, $data), $error);
        }
        return $this->frame($text, $data);
    }

    /**
     * @param string $text of the envelope without its end
     * @param mixed $data what is in it
     * @throws InvalidMessageException if it cannot be sent
     */
    private function frame(string $text, mixed $data): string
    {
        if (JsonText::mayHoldUnsafeInteger($text)) {
            self::assertSafeIntegers($text . '}');
        }
        // Closures and generators are written as `{}`, without a word.
        if (str_contains($text, '{}') || Culprit::losesKeys($data)) {
            self::assertNoCulprit($data);
        }
        $bytes = \strlen($text) + 1;
        if ($bytes > $this->maxFrameBytes) {
            throw new InvalidMessageException(
                "request is {$bytes} bytes, limit {$this->maxFrameBytes}; raise maxFrameBytes here and max_frame_bytes at"
                    . ' the daemon',
                protocolCode: ErrorCode::MessageTooLarge,
            );
        }
        return $text . "}\n";
    }

    /** @throws \InvalidArgumentException if it is none */
    private static function credit(int $credit): int
    {
        return $credit >= 1 ? $credit : throw new \InvalidArgumentException("credit is {$credit}; give at least 1");
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
        return Encode::map($meta);
    }

    /**
     * Looks at what was written, not at what was given: an object may hold what only json_encode() sees.
     *
     * @throws InvalidMessageException if one in the data is beyond 2^53
     */
    private static function assertSafeIntegers(string $text): void
    {
        $envelope = json_decode($text, true, self::MAX_DEPTH + 1);
        self::assertNoCulprit(\is_array($envelope) ? $envelope['data'] ?? null : null);
    }

    /** @throws InvalidMessageException naming the first value that cannot be sent */
    private static function assertNoCulprit(mixed $data, ?\JsonException $error = null): void
    {
        $culprit = Culprit::in($data, self::MAX_DEPTH - 1);
        if ($culprit !== null) {
            $place = $culprit->path === '' ? 'data' : "data at {$culprit->path}";
            throw new InvalidMessageException("{$place}: {$culprit->reason}", $culprit->path, previous: $error);
        }
    }

    /** @throws InvalidMessageException for a culprit in the data */
    private static function refused(Request $request, \JsonException $error): InvalidMessageException
    {
        self::assertNoCulprit($request->data, $error);
        $rest = ['uri' => $request->uri, 'meta' => $request->meta, 'contract' => $request->contract];
        $culprit = Culprit::in($rest, self::MAX_DEPTH);
        return new InvalidMessageException(
            $culprit === null
                ? 'data has no JSON: ' . $error->getMessage()
                : ltrim($culprit->path, '/') . ": {$culprit->reason}",
            previous: $error,
        );
    }
}
