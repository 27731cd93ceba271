<?php

declare(strict_types=1);

/*
 * Loads the classes of this package where Composer does not: `require '…/php/autoload.php';`
 * A logger still needs the interface of psr/log; without one, nothing else is needed.
 */
spl_autoload_register(static function (string $class): void {
    if (!str_starts_with($class, 'PixlIpc\\')) {
        return;
    }
    $file = __DIR__ . '/src/' . strtr(substr($class, strlen('PixlIpc\\')), '\\', '/') . '.php';
    if (is_file($file)) {
        require $file;
    }
});
