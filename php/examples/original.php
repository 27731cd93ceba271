<?php

declare(strict_types=1);

/* The original's class, over this client: php php/examples/original.php [socket] */

require __DIR__ . '/../PixlIPCClient.class.php';

$client = new PixlIPCClient($argv[1] ?? __DIR__ . '/../../apps/ipc-daemon/run/ipc-daemon.sock', ['requestTimeout' => 100]);
$client->connect();

$request = ['name' => 'Ada'];
$reply = $client->send('/ipcserver/test/echo', $request);
echo is_array($reply) && is_string($reply['name']) ? $reply['name'] : 'no reply', "\n";

$request = ['delay' => 400];
echo $client->send('/ipcserver/test/delay', $request) === false ? 'timed out' : 'in time', "\n";
