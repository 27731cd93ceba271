<?php

// A client in PHP in a process of its own: `php driver.php <client> <socket path>`. Answers the questions of
// src/processes/question.ts, a line of JSON each; one call at a time, as PHP makes them.

declare(strict_types=1);

[, $client, $socketPath] = $argv;

/** @var \Closure(string): array{call: \Closure(string, mixed): mixed, close: \Closure(): void} $connect */
$connect = require __DIR__ . "/clients/$client.php";

/** @var array{call: \Closure(string, mixed): mixed, close: \Closure(): void}|null $connection */
$connection = null;

$commands = [
    'connections' => function (int $count) use (&$connection, $connect, $socketPath): mixed {
        if ($count > 1) {
            throw new \LogicException('a PHP process has one connection');
        }
        if ($count === 0 && $connection !== null) {
            $connection['close']();
            $connection = null;
        }
        if ($count === 1) {
            $connection ??= $connect($socketPath);
        }
        return null;
    },
    'load' => function (array $wishes) use (&$connection): array {
        ['payload' => ['kind' => $kind, 'data' => $data], 'inFlight' => $inFlight, 'forMs' => $forMs] = $wishes;
        if ($inFlight !== 1) {
            throw new \LogicException('PHP makes one call at a time');
        }
        return load($connection['call'], $kind, $data, $forMs);
    },
];

/**
 * Calls until the time is over. The check of a reply is no part of its latency.
 *
 * @param \Closure(string, mixed): mixed $call
 * @param array<string, mixed> $data
 * @return array{calls: int, elapsedMs: float, p50: float, p99: float} latencies in microseconds
 */
function load(\Closure $call, string $kind, array $data, float $forMs): array
{
    $latencies = [];
    $start = hrtime(true);
    $end = $start + $forMs * 1e6;
    do {
        $data['n'] = count($latencies);
        $sent = hrtime(true);
        $reply = $call($kind, $data);
        $received = hrtime(true);
        $latencies[] = ($received - $sent) / 1e3;
        // As text: one client has arrays where another has objects.
        $text = json_encode($data, JSON_THROW_ON_ERROR);
        if (json_encode($reply, JSON_THROW_ON_ERROR) !== $text) {
            throw new \RuntimeException('another reply came than ' . substr($text, 0, 99));
        }
    } while ($received < $end);
    $elapsedMs = (hrtime(true) - $start) / 1e6;
    sort($latencies);
    $at = fn (float $share): float => $latencies[max(0, (int) ceil($share * count($latencies)) - 1)];
    return ['calls' => count($latencies), 'elapsedMs' => $elapsedMs, 'p50' => $at(0.5), 'p99' => $at(0.99)];
}

echo '{"value":null}', "\n";
while (($line = fgets(STDIN)) !== false) {
    ['command' => $command, 'argument' => $argument] = json_decode($line, true, 512, JSON_THROW_ON_ERROR);
    try {
        echo json_encode(['value' => $commands[$command]($argument)], JSON_THROW_ON_ERROR), "\n";
    } catch (\Throwable $error) {
        echo json_encode(['error' => (string) $error], JSON_THROW_ON_ERROR), "\n";
    }
}
