<?php

declare(strict_types=1);

namespace PixlIpc\Testing;

use PixlIpc\ClientOptions;
use PixlIpc\Envelope\Request;
use PixlIpc\Envelope\RequestEncoder;
use PixlIpc\ErrorCode;
use PixlIpc\Exception\InvalidMessageException;
use PixlIpc\Exception\IpcException;
use PixlIpc\Exception\RemoteException;
use PixlIpc\Json\JsonText;
use PixlIpc\Transport;

/**
 * A daemon in memory, for tests of code that calls one:
 *
 *     $ipc = new FakeTransport();
 *     $ipc->on('/orders/place', fn(\stdClass $order) => ['id' => 7]);
 *     $ipc->fail('/stock/get', new RemoteException('orders.sold_out', 'none left'));
 *     (new Checkout($ipc))->run();
 *     self::assertSame('a1', $ipc->calls('/orders/place')[0]->data->sku);
 *
 * Data goes through JSON both ways as it would over the wire: what cannot be sent is refused, and objects come back as
 * \stdClass.
 */
final class FakeTransport implements Transport
{
    /** @var array<string, \Closure(mixed $data, FakeCall $call): mixed> */
    private array $handlers = [];
    /** @var list<FakeCall> */
    private array $calls = [];
    private readonly RequestEncoder $encoder;

    public function __construct(int $maxFrameBytes = 16_777_216)
    {
        $this->encoder = new RequestEncoder('fake', $maxFrameBytes);
    }

    /**
     * Answers calls of the URI with what the handler returns; a handler of a streaming endpoint returns an iterable of
     * messages, or a generator that returns the final reply's data. What it throws, the caller gets.
     *
     * @param callable(mixed $data, FakeCall $call): mixed $handler
     */
    public function on(string $uri, callable $handler): self
    {
        $this->handlers[$uri] = $handler(...);
        return $this;
    }

    /** Answers calls of the URI with the same data every time. */
    public function reply(string $uri, mixed $data): self
    {
        return $this->on($uri, static fn(): mixed => $data);
    }

    /** Lets calls of the URI fail. */
    public function fail(string $uri, IpcException $failure): self
    {
        return $this->on($uri, static fn(): never => throw $failure);
    }

    /**
     * What was called so far, in order; with a URI, only that.
     *
     * @return list<FakeCall>
     */
    public function calls(?string $uri = null): array
    {
        return array_values(array_filter(
            $this->calls,
            static fn(FakeCall $call): bool => $uri === null || $call->uri === $uri,
        ));
    }

    public function call(
        string $uri,
        mixed $data = null,
        ?int $timeoutMs = null,
        array $meta = [],
        ?string $contract = null,
        bool $idempotent = false,
    ): mixed {
        return self::throughJson($this->handle($this->checked(new Request($uri, $data, $meta, $contract), $timeoutMs)));
    }

    public function notify(
        string $uri,
        mixed $data = null,
        ?int $timeoutMs = null,
        array $meta = [],
        ?string $contract = null,
    ): void {
        $call = $this->checked(new Request($uri, $data, $meta, $contract, oneway: true), $timeoutMs);
        try {
            $this->handle($call);
        } catch (RemoteException) {
            // Nobody answers a oneway message, not even to say that nobody took it.
        }
    }

    public function stream(
        string $uri,
        mixed $data = null,
        ?int $timeoutMs = null,
        array $meta = [],
        int $credit = 64,
        ?string $contract = null,
    ): \Generator {
        $request = new Request($uri, $data, $meta, $contract, $credit);
        $call = $this->checked($request, $timeoutMs);
        return (function () use ($uri, $call): \Generator {
            $messages = $this->handle($call);
            if (!is_iterable($messages)) {
                throw new \LogicException("the handler of {$uri} returned " . get_debug_type($messages) . '; return an iterable');
            }
            foreach ($messages as $message) {
                yield self::throughJson($message);
            }
            return $messages instanceof \Generator ? self::throughJson($messages->getReturn()) : null;
        })();
    }

    /**
     * As the daemon would get it.
     *
     * @throws InvalidMessageException if it cannot be sent
     * @throws \InvalidArgumentException if the timeout or the credit is none
     */
    private function checked(Request $request, ?int $timeoutMs): FakeCall
    {
        if ($timeoutMs !== null) {
            ClientOptions::checkedTimeout($timeoutMs);
        }
        $frame = $this->encoder->encode('fake', $request, $timeoutMs, 0);
        $envelope = (array) self::decode($frame);
        return new FakeCall($request->uri, $envelope['data'] ?? null, $timeoutMs, $request->meta, $request->contract, $request->oneway);
    }

    /** @throws IpcException if nobody handles it, or the handler throws it */
    private function handle(FakeCall $call): mixed
    {
        $this->calls[] = $call;
        $handler = $this->handlers[$call->uri] ?? throw new RemoteException(
            ErrorCode::NoHandlerFound->value,
            "No handler found for {$call->uri}; give the fake one by on(), reply() or fail()",
        );
        return $handler($call->data, $call);
    }

    private static function throughJson(mixed $value): mixed
    {
        try {
            return self::decode(JsonText::encode($value, RequestEncoder::MAX_DEPTH));
        } catch (\JsonException $error) {
            throw new \LogicException("what the handler answered has no JSON: {$error->getMessage()}", 0, $error);
        }
    }

    private static function decode(string $text): mixed
    {
        try {
            return JsonText::decode($text, RequestEncoder::MAX_DEPTH);
        } catch (\JsonException $error) {
            throw new \LogicException("what was sent is no JSON that can be read: {$error->getMessage()}", 0, $error);
        }
    }
}
