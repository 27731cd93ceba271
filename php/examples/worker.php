<?php

declare(strict_types=1);

/* A process that works on one job after the other, over restarts of the daemon: php php/examples/worker.php [socket] */

use PixlIpc\Client;
use PixlIpc\Exception\IpcException;
use PixlIpc\Exception\RemoteException;

require __DIR__ . '/../autoload.php';

$client = new Client($argv[1] ?? __DIR__ . '/../../apps/ipc-daemon/run/ipc-daemon.sock');

foreach (['first', 'second', 'third'] as $job) {
    for ($attempt = 1;; $attempt++) {
        try {
            $client->call('/ipcserver/test/echo', $job, timeoutMs: 2_000);
            $client->later('/stats/job', ['job' => $job, 'attempts' => $attempt]);
            // A worker's script does not end: what is for later leaves at the end of each job.
            $client->flush();
            echo "{$job} done\n";
            break;
        } catch (IpcException $failure) {
            // What has not run may be tried again; of anything else, only the job knows whether twice does harm.
            if ($failure instanceof RemoteException || $failure->wasSent() || $attempt === 5) {
                echo "{$job} failed: {$failure->getMessage()}\n";
                break;
            }
            usleep(2 ** $attempt * random_int(5_000, 10_000));
        }
    }
}
