<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Frame;

use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Frame\FrameBuffer;

#[TestDox('A frame buffer')]
final class FrameBufferTest extends TestCase
{
    private const TEXT = "{\"a\":1}\n\n{\"é\":\"😀\"}\r\n  {}\nrest";
    private const LINES = ['{"a":1}', '', "{\"é\":\"😀\"}\r", '  {}'];

    #[TestDox('gives the same lines wherever the bytes are split, in two and in three')]
    public function testSplits(): void
    {
        $length = \strlen(self::TEXT);
        for ($first = 0; $first <= $length; $first++) {
            for ($second = $first; $second <= $length; $second++) {
                $buffer = new FrameBuffer();
                $lines = [
                    ...$buffer->push(substr(self::TEXT, 0, $first)),
                    ...$buffer->push(substr(self::TEXT, $first, $second - $first)),
                    ...$buffer->push(substr(self::TEXT, $second)),
                ];
                self::assertSame([self::LINES, 4, 'rest'], [$lines, $buffer->pendingBytes(), $buffer->takeRest()]);
            }
        }
    }

    #[TestDox('gives them byte by byte too, each with its newline')]
    public function testBytes(): void
    {
        $buffer = new FrameBuffer();
        $lines = [];
        foreach (str_split(self::TEXT) as $byte) {
            $completed = $buffer->push($byte);
            self::assertCount($byte === "\n" ? 1 : 0, $completed);
            $lines = [...$lines, ...$completed];
        }
        self::assertSame(self::LINES, $lines);
    }

    #[TestDox('keeps nothing of what it has given away')]
    public function testEmpty(): void
    {
        $buffer = new FrameBuffer();
        self::assertSame(['ab'], [...$buffer->push('a'), ...$buffer->push("b\n")]);
        self::assertSame([0, ''], [$buffer->pendingBytes(), $buffer->takeRest()]);
    }

    #[TestDox('joins a large line in linear time')]
    public function testLarge(): void
    {
        $buffer = new FrameBuffer();
        $chunk = str_repeat('x', 1_000);
        $start = hrtime(true);
        for ($i = 0; $i < 100_000; $i++) {
            $buffer->push($chunk);
        }
        self::assertSame([100_000_000], array_map(\strlen(...), $buffer->push("\n")));
        // Quadratic, it would take minutes.
        self::assertLessThan(10e9, hrtime(true) - $start);
    }
}
