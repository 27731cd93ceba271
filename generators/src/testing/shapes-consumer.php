<?php

declare(strict_types=1);

// A program that calls the shapes daemon, run by php-client.e2e.ts with its generated client.

use App\Ipc\List_\ClassRequest;
use App\Ipc\List_\ClassResponse;
use App\Ipc\ShapesDaemon;
use App\Ipc\ShapesDaemonFake;
use App\Ipc\Shapes\Deep\Er\ScalarRequest;
use App\Ipc\Shapes\EchoRequest;
use App\Ipc\Shapes\ListRequest;
use App\Ipc\Shapes\PlainException;
use App\Ipc\Shapes\RefusedDetails;
use App\Ipc\Shapes\RefusedException;
use App\Ipc\Shapes\WatchRequest;
use PixlIpc\Exception\DecodeException;
use PixlIpc\Exception\RemoteException;
use PixlIpc\Json\JsonText;

require __DIR__ . '/autoload.php';

/** @param list<string> $arguments */
function main(array $arguments): void
{
    $ipc = ShapesDaemon::connect($arguments[2]);
    $requests = array_map(EchoRequest::fromJson(...), read($arguments[1]));
    $results = [
        'echoed' => array_map(static fn(EchoRequest $request): mixed => $ipc->shapes->echo($request, timeoutMs: 5_000), $requests),
        'refused' => failure($ipc, $arguments[1], ['text' => 'refuse']),
        'plain' => failure($ipc, $arguments[1], ['text' => 'plain']),
        'tooMany' => failure($ipc, $arguments[1], ['count' => 11]),
        'shapes' => iterator_to_array($ipc->shapes->watch(new WatchRequest(from: 1)), false),
        'first' => first($ipc),
        'times' => times($ipc),
        'lists' => [$ipc->shapes->list(), $ipc->shapes->list(new ListRequest(of: ['a', 'b']))],
        'scalars' => [$ipc->shapes->deep->er->scalar(), $ipc->shapes->deep->er->scalar(new ScalarRequest(value: 7))],
        'words' => $ipc->list->class(new ClassRequest(new: 'one')),
        'nothing' => $ipc->ping(),
        'fake' => faked(),
        'wrong' => wrong($arguments[1]),
        'stale' => stale(),
    ];
    echo JsonText::encode($results, 512);
}

/** @return list<\stdClass> */
function read(string $file): array
{
    $requests = json_decode((string) file_get_contents($file), flags: JSON_THROW_ON_ERROR);
    assert(is_array($requests));
    return array_map(static fn(mixed $request): \stdClass => $request instanceof \stdClass ? $request : new \stdClass(), array_values($requests));
}

/**
 * What a call fails with whose request is changed so.
 *
 * @param array<string, mixed> $changes
 */
function failure(ShapesDaemon $ipc, string $file, array $changes): mixed
{
    $request = EchoRequest::fromJson((object) ($changes + (array) read($file)[0]));
    try {
        return $ipc->shapes->echo($request);
    } catch (RefusedException $error) {
        return [$error->errorCode(), $error->getMessage(), $error->details->reason];
    } catch (PlainException $error) {
        return [$error->errorCode(), $error->details];
    } catch (RemoteException $error) {
        return $error->errorCode();
    }
}

/** Who leaves the loop cancels the stream. */
function first(ShapesDaemon $ipc): mixed
{
    foreach ($ipc->shapes->watch(new WatchRequest(from: 5), credit: 1) as $shape) {
        return $shape;
    }
    return null;
}

/** @return list<mixed> */
function times(ShapesDaemon $ipc): array
{
    $times = [];
    try {
        foreach ($ipc->shapes->times() as $some) {
            $times[] = array_map(static fn(\DateTimeImmutable $time): string => $time->format('Y-m-d\TH:i:s.v\Z'), $some);
        }
    } catch (RefusedException $error) {
        $times[] = $error->details->reason;
    }
    return $times;
}

function faked(): mixed
{
    $fake = new ShapesDaemonFake();
    $fake->onListClass(static fn(ClassRequest $request): ClassResponse => new ClassResponse(new: $request->new));
    $fake->onShapesTimes(static function (): \Generator {
        yield [new \DateTimeImmutable('2026-01-01T01:00:00+01:00')];
        throw new RefusedException(new RefusedDetails(at: new \DateTimeImmutable(), reason: 'faked'));
    });
    $reply = $fake->client->list->class(new ClassRequest(new: 'faked'));
    assert(count($fake->transport->calls('/list/class')) === 1);
    assert(times($fake->client) === [['2026-01-01T00:00:00.000Z'], 'faked']);
    return $reply;
}

/** How data is refused that is not what the contract says: by path and type. */
function wrong(string $file): string
{
    $request = read($file)[0];
    $request->lines = [(object) ['sku' => 'a', 'qty' => 1], (object) ['sku' => 'b', 'qty' => 'two']];
    try {
        return get_debug_type(EchoRequest::fromJson($request));
    } catch (DecodeException $error) {
        return $error->getMessage();
    }
}

/** How an error is told whose details are not those of the contract any more: by its code, and with the reason. */
function stale(): mixed
{
    $fake = new ShapesDaemonFake();
    $fake->transport->fail('/shapes/times', new RemoteException('shapes.refused', 'not today', ['reason' => 7], 50));
    try {
        return times($fake->client);
    } catch (RemoteException $error) {
        return [$error->errorCode, $error->getMessage(), $error->details, $error->retryAfterMs, $error->getPrevious()?->getMessage()];
    }
}

/** @var list<string> $argv */
main($argv);
