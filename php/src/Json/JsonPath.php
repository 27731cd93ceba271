<?php

declare(strict_types=1);

namespace PixlIpc\Json;

/** JSON pointers (RFC 6901): where in a document a value stands. */
final class JsonPath
{
    /**
     * The pointer of a member: `''` and `lines` make `/lines`. Control characters, and all but ASCII where it is no UTF-8,
     * come as C writes them: `\n`, `\377`.
     */
    public static function member(string $path, string|int $key): string
    {
        $text = strtr((string) $key, ['~' => '~0', '/' => '~1']);
        $unprintable = preg_match('//u', $text) === 1 ? "\0..\37\177" : "\0..\37\177..\377";
        return "{$path}/" . addcslashes($text, $unprintable);
    }
}
