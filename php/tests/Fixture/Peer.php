<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Fixture;

/** A {@see PeerProcess} in a process of its own, and the directory of its socket. It ends with this object. */
final class Peer
{
    public readonly string $path;
    private readonly string $directory;
    /** @var resource */
    private $process;
    /** @var array<int, resource> */
    private array $pipes = [];

    public function __construct(int $backlog = 511)
    {
        $this->directory = TempDirectory::create();
        $this->path = "{$this->directory}/s";
        $command = [PHP_BINARY, __DIR__ . '/peer.php', $this->path, (string) $backlog];
        $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], STDERR], $this->pipes);
        $this->process = $process === false ? throw new \RuntimeException('the peer does not start') : $process;
        if (fgets($this->pipes[1]) !== "listening\n") {
            throw new \RuntimeException('the peer does not listen');
        }
    }

    public function __destruct()
    {
        fclose($this->pipes[0]);
        // It may stand still.
        proc_terminate($this->process, SIGCONT);
        proc_close($this->process);
        TempDirectory::remove($this->directory);
    }

    public function pid(): int
    {
        return proc_get_status($this->process)['pid'];
    }

    public function signal(int $signal): void
    {
        proc_terminate($this->process, $signal);
    }
}
