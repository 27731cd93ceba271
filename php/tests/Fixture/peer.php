<?php

declare(strict_types=1);

/*
 * A daemon in the hands of a test: `peer.php <socket> [backlog]`. What it does with a request, the request's uri says.
 * It prints a line when it listens, and ends with its stdin.
 */

namespace PixlIpc\Tests\Fixture;

require __DIR__ . '/../../vendor/autoload.php';

(new PeerProcess($argv[1], (int) ($argv[2] ?? 511)))->run();
