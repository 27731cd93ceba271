<?php

declare(strict_types=1);

/* Many calls in the time of the slowest: php php/examples/pool.php [socket] */

use PixlIpc\Client;

require __DIR__ . '/../autoload.php';

$client = new Client($argv[1] ?? __DIR__ . '/../../apps/ipc-daemon/run/ipc-daemon.sock');

$start = hrtime(true);
$pool = $client->pool();
foreach ([100, 50, 80, 20] as $ms) {
    $pool->call('/ipcserver/test/delay', ['delay' => $ms]);
}
$missing = $pool->call('/no/such/endpoint');
foreach ($pool->await() as $call) {
    echo $call->failure()?->errorCode() ?? json_encode($call->result(), JSON_THROW_ON_ERROR), "\n";
}
echo 'together they took ', (hrtime(true) - $start) / 1e6 < 200 ? 'as long as the slowest' : 'longer', "\n";
