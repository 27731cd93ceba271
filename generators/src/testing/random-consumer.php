<?php

declare(strict_types=1);

// Reads the data of made-up contracts with their generated clients and writes it again, for php-client.e2e.ts.

use PixlIpc\Exception\RemoteException;
use PixlIpc\Json\JsonText;
use PixlIpc\Testing\FakeTransport;

require __DIR__ . '/autoload.php';

/** What a client and a fake make of the data of the contract whose code is in the namespace. */
function written(string $namespace, \stdClass $contract): array
{
    [$request, $client, $fake, $failure] = array_map(
        static fn(string $class): string => "{$namespace}\\{$class}",
        ['Any\ThingRequest', 'TestDaemon', 'TestDaemonFake', 'Any\FailureException'],
    );
    $answered = static function (mixed $answer) use ($client, $fake): mixed {
        $value = (new $client((new FakeTransport())->reply('/any/answer', $answer)))->any->answer();
        return (new $fake())->onAnyAnswer(static fn(): mixed => $value)->transport->call('/any/answer', new \stdClass());
    };
    $values = (new $client((new FakeTransport())->reply('/any/items', $contract->items)))->any->items();
    $streamed = (new $fake())->onAnyItems(static fn(): iterable => $values)->transport->stream('/any/items', new \stdClass());
    foreach ($contract->details as $details) {
        $failure::of(new RemoteException('any.failure', 'It failed.', $details));
    }
    return [
        'requests' => array_map(static fn(mixed $data): mixed => $request::fromJson($data), $contract->requests),
        'answers' => array_map($answered, $contract->answers),
        'items' => iterator_to_array($streamed, false),
    ];
}

$contracts = json_decode((string) file_get_contents($argv[1]), depth: 512, flags: JSON_THROW_ON_ERROR);
$written = [];
foreach ($contracts as $index => $contract) {
    $written[] = written("App\\Random{$index}", $contract);
}
echo JsonText::encode($written, 512);
