<?php

declare(strict_types=1);

namespace PixlIpc\Tests;

use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\ErrorCode;

#[TestDox('The error codes')]
final class ErrorCodeTest extends TestCase
{
    private const TABLE = __DIR__ . '/../../libs/protocol/src/errors/error-code.ts';

    #[TestDox('are those of the protocol library’s table, with its words, in its order')]
    public function testTable(): void
    {
        preg_match_all("/^  (\\w+): '(.+)',$/m", (string) file_get_contents(self::TABLE), $rows, PREG_SET_ORDER);
        $table = array_column($rows, 2, 1);
        $cases = [];
        foreach (ErrorCode::cases() as $case) {
            $comment = (new \ReflectionEnumBackedCase($case, $case->name))->getDocComment();
            $cases[$case->value] = trim((string) $comment, '/* ');
        }
        self::assertNotEmpty($table);
        self::assertSame($table, $cases);
    }
}
