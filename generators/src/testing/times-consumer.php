<?php

declare(strict_types=1);

// Says of each text whether it is a time for generated clients, for php-client.e2e.ts.

use PixlIpc\Exception\DecodeException;
use PixlIpc\Json\Decode;

require __DIR__ . '/autoload.php';

function isTime(mixed $text): bool
{
    try {
        Decode::instant($text);
        return true;
    } catch (DecodeException) {
        return false;
    }
}

$texts = json_decode((string) file_get_contents($argv[1]), flags: JSON_THROW_ON_ERROR);
echo json_encode(array_map(isTime(...), $texts));
