<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Fixture;

/** PHP code in a process of its own. It finds the package loaded, `$path` and `$client`, and this folder as `$fixtures`. */
final readonly class Script
{
    private function __construct(public int $status, public string $output) {}

    /**
     * @param list<string> $arguments for PHP itself: `-d`, `default_socket_timeout=1`
     * @param string $shell what the shell runs first: `ulimit -n 2000`
     */
    public static function run(string $path, string $code, array $arguments = [], string $shell = 'true'): self
    {
        $head = 'require ' . var_export(__DIR__ . '/../../autoload.php', true) . ';'
            . 'use PixlIpc\Client; use PixlIpc\ClientOptions; use PixlIpc\Exception\IpcException;'
            . '$fixtures = ' . var_export(__DIR__, true) . ';'
            . '$path = ' . var_export($path, true) . '; $client = new Client($path);';
        $php = implode(' ', array_map(escapeshellarg(...), [PHP_BINARY, ...$arguments, '-r', $head . $code]));
        $process = proc_open(['sh', '-c', "exec 2>&1; {$shell} && exec {$php}"], [['file', '/dev/null', 'r'], ['pipe', 'w'], STDERR], $pipes);
        if ($process === false) {
            throw new \RuntimeException('the script does not start');
        }
        $output = (string) stream_get_contents($pipes[1]);
        return new self(proc_close($process), $output);
    }
}
