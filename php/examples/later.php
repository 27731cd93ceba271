<?php

declare(strict_types=1);

/* Messages that leave when the script is over, in PHP-FPM after the response: php php/examples/later.php [socket] */

use PixlIpc\Client;

require __DIR__ . '/../autoload.php';

$client = new Client($argv[1] ?? __DIR__ . '/../../apps/ipc-daemon/run/ipc-daemon.sock');

$client->later('/stats/page-view', ['page' => '/home']);
$client->later('/stats/page-view', ['page' => '/about']);
echo "the response\n";
