<?php

declare(strict_types=1);

namespace PixlIpc\Tests;

use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;

#[TestDox('Without Composer')]
final class AutoloadTest extends TestCase
{
    #[TestDox('autoload.php finds every class of the package, and needs no other package')]
    public function testEveryClass(): void
    {
        $code = <<<'PHP'
            require $argv[1] . '/autoload.php';
            require $argv[1] . '/PixlIPCClient.class.php';
            $files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator($argv[1] . '/src', FilesystemIterator::SKIP_DOTS));
            foreach ($files as $file) {
                $name = 'PixlIpc\\' . strtr(substr($file->getPathname(), strlen($argv[1] . '/src/'), -4), '/', '\\');
                class_exists($name) || interface_exists($name) || print("no {$name}\n");
            }
            new PixlIpc\Client('/x');
            new PixlIPCClient('/x');
            echo interface_exists('Psr\Log\LoggerInterface') ? 'with psr/log' : 'loaded';
            PHP;
        $command = implode(' ', array_map(escapeshellarg(...), [PHP_BINARY, '-r', $code, \dirname(__DIR__)]));
        self::assertSame('loaded', shell_exec("{$command} 2>&1"));
    }
}
