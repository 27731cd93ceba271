<?php

declare(strict_types=1);

// Prints the requests and the values of enums that hostile texts became, for php-client.e2e.ts.

require __DIR__ . '/autoload.php';

$texts = [];
$count = json_decode((string) file_get_contents($argv[1]));
for ($index = 0; $index < $count; $index++) {
    $request = "App\\Hostile{$index}\\A\\BRequest";
    $status = "App\\Hostile{$index}\\A\\BResponse";
    $data = (object) ['documented' => '', 'constant' => $request::CONSTANT, 'choice' => (object) ['kind' => $request::CONSTANT]];
    $texts[] = ['request' => $request::fromJson($data), 'status' => $status::cases()[0]->value];
}
echo PixlIpc\Json\JsonText::encode($texts, 512);
