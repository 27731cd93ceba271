<?php

declare(strict_types=1);

namespace PixlIpc\Tests;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\ClientOptions;

#[TestDox('Client options')]
final class ClientOptionsTest extends TestCase
{
    /** @return iterable<string, array{array<string, mixed>, string}> */
    public static function wrong(): iterable
    {
        yield 'no time' => [['requestTimeoutMs' => 0], 'requestTimeoutMs is 0; give a number from 1 to 86400000'];
        yield 'more than a day' => [['requestTimeoutMs' => 86_400_001], 'requestTimeoutMs is 86400001; give a number from 1 to 86400000'];
        yield 'frames of nothing' => [['maxFrameBytes' => 63], 'maxFrameBytes is 63; give a number from 64 to 268435456'];
        yield 'no call' => [['maxPending' => 0], 'maxPending is 0; give a number from 1 to 10000000'];
        yield 'no message for later' => [['maxLater' => -1], 'maxLater is -1; give a number from 1 to 1000000'];
        yield 'a user agent that is no text' => [['userAgent' => "\xff"], 'userAgent is not valid UTF-8; give a name that is'];
    }

    /** @param array<string, mixed> $options */
    #[DataProvider('wrong')]
    #[TestDox('are refused with their value and the remedy: $_dataName')]
    public function testWrong(array $options, string $message): void
    {
        $this->expectException(\InvalidArgumentException::class);
        $this->expectExceptionMessage($message);
        // @phpstan-ignore argument.type (that is what is tested)
        new ClientOptions(...$options);
    }
}
