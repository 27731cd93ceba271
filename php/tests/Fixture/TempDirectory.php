<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Fixture;

/** Directories of tests, with names short enough for sockets. */
final class TempDirectory
{
    public static function create(): string
    {
        $path = sys_get_temp_dir() . '/px-' . bin2hex(random_bytes(6));
        mkdir($path, 0o700);
        return $path;
    }

    public static function remove(string $path): void
    {
        foreach (new \FilesystemIterator($path, \FilesystemIterator::CURRENT_AS_PATHNAME | \FilesystemIterator::SKIP_DOTS) as $file) {
            if (\is_string($file)) {
                unlink($file);
            }
        }
        rmdir($path);
    }
}
