<?php

declare(strict_types=1);

namespace PixlIpc;

use PixlIpc\Exception\IpcException;

/**
 * What generated code and an application call endpoints through: a {@see Client}, or a {@see Testing\FakeTransport} in
 * tests.
 *
 * Data is anything JSON can hold. An empty PHP array is the empty list `[]`; the empty object is `new \stdClass()`. In
 * what comes back, objects are \stdClass and lists are arrays.
 */
interface Transport
{
    /**
     * Calls the endpoint and returns the reply's data, null where it has none.
     *
     * @param int|null $timeoutMs how long it may take in all; null: as the transport's options say
     * @param array<string, string> $meta `traceparent`, `idempotencyKey`, keys of the application's own
     * @param string|null $contract hash of the endpoint's contract that generated code was made from
     * @param bool $idempotent whether it may be executed twice: then a call whose connection was lost is made once more
     *
     * @throws IpcException if there is no reply, or it is an error
     */
    public function call(
        string $uri,
        mixed $data = null,
        ?int $timeoutMs = null,
        array $meta = [],
        ?string $contract = null,
        bool $idempotent = false,
    ): mixed;

    /**
     * Sends a message that gets no reply, and returns when the kernel has taken it.
     *
     * @param int|null $timeoutMs how long that may take; null: as the transport's options say
     * @param array<string, string> $meta
     *
     * @throws IpcException if it could not be sent
     */
    public function notify(
        string $uri,
        mixed $data = null,
        ?int $timeoutMs = null,
        array $meta = [],
        ?string $contract = null,
    ): void;

    /**
     * Calls a streaming endpoint: yields its messages, and returns the final reply's data. The request is sent when the
     * first message is asked for. Who leaves the loop early cancels the call.
     *
     * @param int|null $timeoutMs how long the whole stream may take; null: as the transport's options say
     * @param array<string, string> $meta
     * @param int $credit how many messages may come before they are taken
     *
     * @return \Generator<int, mixed, mixed, mixed>
     * @throws IpcException if it fails; the messages before it are yielded first
     */
    public function stream(
        string $uri,
        mixed $data = null,
        ?int $timeoutMs = null,
        array $meta = [],
        int $credit = 64,
        ?string $contract = null,
    ): \Generator;
}
