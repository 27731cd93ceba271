<?php

// What everybody writes first: fwrite and fgets, JSON both ways, nothing else. Against the naive floor's server.

declare(strict_types=1);

return function (string $socketPath): array {
    $socket = stream_socket_client("unix://$socketPath", $code, $message) ?: throw new \RuntimeException($message);
    $calls = 0;
    return [
        'call' => function (string $kind, mixed $data) use ($socket, &$calls): mixed {
            $id = ++$calls;
            fwrite($socket, json_encode(['id' => $id, 'data' => $data]) . "\n");
            $reply = json_decode(fgets($socket), true);
            return $reply['id'] === $id ? $reply['data'] : throw new \RuntimeException('a reply to another call came');
        },
        'close' => fn () => fclose($socket),
    ];
};
