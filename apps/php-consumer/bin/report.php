<?php

declare(strict_types=1);

// Calls the example daemon: php bin/report.php [socket path] [name]

use App\IpcDaemon\IpcDaemon;
use App\Report;

require __DIR__ . '/../vendor/autoload.php';

$daemon = IpcDaemon::connect($argv[1] ?? __DIR__ . '/../../ipc-daemon/run/ipc-daemon.sock');

foreach ((new Report($daemon))->lines($argv[2] ?? 'Ada') as $line) {
    echo $line, "\n";
}
