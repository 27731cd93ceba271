<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Frame;

use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Frame\OutgoingFrame;

#[TestDox('An outgoing frame')]
final class OutgoingFrameTest extends TestCase
{
    #[TestDox('goes out in pieces, as the kernel takes them')]
    public function testPieces(): void
    {
        $bytes = str_repeat('0123456789', 100_000) . "\n";
        $frame = new OutgoingFrame($bytes);
        $sent = '';
        for ($taken = 1; ($piece = $frame->piece()) !== ''; $taken = (7 * $taken) % 300_007) {
            self::assertFalse($frame->isOut());
            $part = substr($piece, 0, $taken);
            $sent .= $part;
            $frame->advance(\strlen($part));
        }
        self::assertTrue($frame->isOut());
        self::assertTrue($sent === $bytes);
    }

    #[TestDox('may have arrived from the byte on that lacks only the newline, and not before')]
    public function testMayHaveArrived(): void
    {
        $frame = new OutgoingFrame("{}\n");
        $states = [];
        for ($taken = 0; $taken <= 3; $taken++) {
            $states[] = [$frame->hasBegun(), $frame->mayHaveArrived(), $frame->isOut()];
            $frame->advance(1);
        }
        self::assertSame([[false, false, false], [true, false, false], [true, true, false], [true, true, true]], $states);
    }

    #[TestDox('that is withdrawn has nothing to send')]
    public function testWithdrawn(): void
    {
        $frame = new OutgoingFrame("{}\n");
        $frame->withdraw();
        self::assertSame(['', false, false], [$frame->piece(), $frame->isOut(), $frame->mayHaveArrived()]);
    }
}
