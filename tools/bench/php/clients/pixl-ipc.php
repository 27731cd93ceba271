<?php

// This project's client, called as its users call it.

declare(strict_types=1);

require_once __DIR__ . '/../../../../php/autoload.php';

use PixlIpc\Client;

return function (string $socketPath): array {
    $client = Client::connect($socketPath);
    return [
        'call' => fn (string $kind, mixed $data): mixed => $client->call("/bench/$kind", $data),
        'close' => $client->close(...),
    ];
};
