<?php

declare(strict_types=1);

/* A call, its errors, and a message that nobody answers. Run it beside `npm start`: php php/examples/call.php [socket] */

use PixlIpc\Client;
use PixlIpc\ClientOptions;
use PixlIpc\Exception\IpcException;
use PixlIpc\Exception\RemoteException;

require __DIR__ . '/../autoload.php';

$client = new Client($argv[1] ?? __DIR__ . '/../../apps/ipc-daemon/run/ipc-daemon.sock', new ClientOptions(requestTimeoutMs: 500));

$reply = $client->call('/ipcserver/test/echo', ['name' => 'Ada', 'tags' => [], 'extra' => new stdClass()]);
echo 'echo: ', json_encode($reply, JSON_THROW_ON_ERROR), "\n";

try {
    $client->call('/no/such/endpoint');
} catch (RemoteException $error) {
    echo "the daemon says {$error->errorCode}\n";
}

try {
    $client->call('/ipcserver/test/delay', ['delay' => 400], timeoutMs: 50);
} catch (IpcException $failure) {
    echo $failure->errorCode(), ', ', $failure->wasSent() ? 'it may have run' : 'it has not run', "\n";
}

$client->notify('/ipcserver/test/echo', 'nobody answers this');
echo "done\n";
