<?php

declare(strict_types=1);

// Prints the constants and the values of enums that hostile texts became, for php-client.e2e.ts.

require __DIR__ . '/autoload.php';

$texts = [];
for ($index = 0; $index < (int) $argv[1]; $index++) {
    $request = "App\\C{$index}\\A\\BRequest";
    $status = "App\\C{$index}\\A\\BResponse";
    $texts[] = ['constant' => $request::CONSTANT, 'status' => $status::cases()[0]->value];
}
echo PixlIpc\Json\JsonText::encode($texts, 512);
