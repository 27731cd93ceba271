<?php

declare(strict_types=1);

namespace PixlIpc\Json;

/** JSON pointers (RFC 6901): where in a document a value stands. */
final class JsonPath
{
    /** The pointer of a member: `''` and `lines` make `/lines`. Bytes that are no UTF-8 come as `\xNN`. */
    public static function member(string $path, string|int $key): string
    {
        $text = strtr((string) $key, ['~' => '~0', '/' => '~1']);
        if (preg_match('//u', $text) !== 1) {
            $text = addcslashes($text, "\0..\37\177..\377");
        }
        return "{$path}/{$text}";
    }
}
