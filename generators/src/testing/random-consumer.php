<?php

declare(strict_types=1);

// Reads the requests of made-up contracts with their generated classes and writes them again, for php-client.e2e.ts.

require __DIR__ . '/autoload.php';

$read = json_decode((string) file_get_contents($argv[1]), depth: 512, flags: JSON_THROW_ON_ERROR);
$written = [];
foreach ($read as $index => $requests) {
    $class = class_exists("App\\C{$index}\\Any\\ThingRequest") ? "App\\C{$index}\\Any\\ThingRequest" : null;
    $written[] = array_map(static fn(mixed $request): mixed => $class::fromJson($request), $requests);
}
echo PixlIpc\Json\JsonText::encode($written, 512);
