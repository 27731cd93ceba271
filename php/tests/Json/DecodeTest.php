<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Json;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Exception\DecodeException;
use PixlIpc\Json\Absent;
use PixlIpc\Json\Decode;
use PixlIpc\Json\Encode;
use PixlIpc\Json\JsonText;

enum Size: string
{
    case Small = 's';
    case Large = 'l';
}

#[TestDox('A decoded value')]
final class DecodeTest extends TestCase
{
    /** @return iterable<string, array{\Closure(mixed, string): mixed, string, mixed}> */
    public static function good(): iterable
    {
        yield 'integer' => [Decode::int(...), '-7', -7];
        yield 'integer with a fraction of none' => [Decode::int(...), '1.0', 1];
        yield 'greatest safe integer' => [Decode::int(...), '9007199254740991', 9_007_199_254_740_991];
        yield 'number' => [Decode::float(...), '1.5', 1.5];
        yield 'whole number' => [Decode::float(...), '2', 2.0];
        yield 'string' => [Decode::string(...), '"é"', 'é'];
        yield 'boolean' => [Decode::bool(...), 'false', false];
        yield 'null' => [Decode::null(...), 'null', null];
        yield 'constant' => [static fn(mixed $json, string $path): string => Decode::const($json, 'a', $path), '"a"', 'a'];
        yield 'enum' => [static fn(mixed $json, string $path): Size => Decode::enum($json, Size::class, $path), '"l"', Size::Large];
        yield 'list' => [static fn(mixed $json, string $path): array => Decode::list($json, Decode::int(...), $path), '[1,2]', [1, 2]];
        yield 'empty list' => [static fn(mixed $json, string $path): array => Decode::list($json, Decode::int(...), $path), '[]', []];
        yield 'map' => [static fn(mixed $json, string $path): array => Decode::map($json, Decode::int(...), $path), '{"a":1,"7":2}', ['a' => 1, 7 => 2]];
        yield 'empty map' => [static fn(mixed $json, string $path): array => Decode::map($json, Decode::int(...), $path), '{}', []];
    }

    /** @param \Closure(mixed, string): mixed $decode */
    #[DataProvider('good')]
    #[TestDox('comes as the contract’s type: $_dataName')]
    public function testGood(\Closure $decode, string $text, mixed $expected): void
    {
        self::assertSame($expected, $decode(JsonText::decode($text, 512), ''));
    }

    /** @return iterable<string, array{\Closure(mixed, string): mixed, string, string}> */
    public static function bad(): iterable
    {
        $lines = static fn(mixed $json, string $path): array => Decode::list(
            Decode::required(Decode::object($json, $path), 'lines', $path),
            static fn(mixed $line, string $at): int => Decode::int(Decode::required(Decode::object($line, $at), 'qty', $at), "{$at}/qty"),
            "{$path}/lines",
        );
        yield 'the path to it' => [$lines, '{"lines":[{"qty":"7"}]}', '/lines/0/qty: expected integer, got string'];
        yield 'a member that is missing' => [$lines, '{"lines":[{"qty":1},{}]}', '/lines/1/qty: expected a value, got null'];
        yield 'an object where a list is due' => [$lines, '{"lines":{}}', '/lines: expected array, got object'];
        yield 'the whole' => [$lines, '[]', 'the whole value: expected object, got array'];
        yield 'a fraction' => [Decode::int(...), '1.5', 'the whole value: expected integer, got number 1.5'];
        yield 'an unsafe integer' => [Decode::int(...), '9007199254740992', 'the whole value: expected integer, got integer 9007199254740992'];
        yield 'a number beyond integers' => [Decode::int(...), '1e300', 'the whole value: expected integer, got number 1.0E+300'];
        yield 'no number' => [Decode::float(...), 'true', 'the whole value: expected number, got boolean'];
        yield 'no string' => [Decode::string(...), '1', 'the whole value: expected string, got integer 1'];
        yield 'no boolean' => [Decode::bool(...), 'null', 'the whole value: expected boolean, got null'];
        yield 'something for null' => [Decode::null(...), '{}', 'the whole value: expected null, got object'];
        yield 'another constant' => [static fn(mixed $json): string => Decode::const($json, 'a'), '"b"', 'the whole value: expected "a", got string'];
        yield 'no value of the enum' => [static fn(mixed $json): Size => Decode::enum($json, Size::class), '"m"', 'the whole value: expected one of s, l, got string'];
        yield 'a map’s member' => [static fn(mixed $json): array => Decode::map($json, Decode::int(...)), '{"a/b":"x"}', '/a~1b: expected integer, got string'];
        yield 'a list for a map' => [static fn(mixed $json): array => Decode::map($json, Decode::int(...)), '[]', 'the whole value: expected object, got array'];
    }

    /** @param \Closure(mixed, string): mixed $decode */
    #[DataProvider('bad')]
    #[TestDox('that does not fit is refused, naming $_dataName')]
    public function testBad(\Closure $decode, string $text, string $message): void
    {
        try {
            $decode(JsonText::decode($text, 512), '');
            self::fail('it was taken');
        } catch (DecodeException $refused) {
            self::assertSame($message, $refused->getMessage());
        }
    }

    #[TestDox('tells a member that is null from one that is missing')]
    public function testAbsent(): void
    {
        $object = Decode::object((object) ['a' => null]);
        self::assertSame([null, Absent::Value], [Decode::optional($object, 'a'), Decode::optional($object, 'b')]);
    }

    /** @return iterable<string, array{string, ?string}> */
    public static function instants(): iterable
    {
        yield 'UTC' => ['2026-11-24T06:11:17Z', '2026-11-24T06:11:17.000Z'];
        yield 'milliseconds' => ['2026-11-24T06:11:17.123Z', '2026-11-24T06:11:17.123Z'];
        yield 'another zone' => ['2026-11-24T00:11:17-06:00', '2026-11-24T06:11:17.000Z'];
        yield 'minutes alone' => ['2026-11-24T06:11Z', '2026-11-24T06:11:00.000Z'];
        yield 'more digits than a clock has' => ['2026-11-24T06:11:17.1239876543210Z', '2026-11-24T06:11:17.123Z'];
        yield 'the 29th of February of a leap year' => ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'];
        yield 'a day that in UTC is another' => ['2023-12-31T23:30:00-23:59', '2024-01-01T23:29:00.000Z'];
        yield 'the first year' => ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'];
        yield 'a day alone' => ['2026-11-24', null];
        yield 'words' => ['tomorrow', null];
        yield 'no zone' => ['2026-11-24T06:11:17', null];
        yield 'lower case' => ['2026-11-24t06:11:17z', null];
        yield 'an hour that is none' => ['2026-11-24T24:00:00Z', null];
        yield 'a leap second' => ['2026-06-30T23:59:60Z', null];
        yield 'a zone that is none' => ['2026-11-24T06:11:17+24:00', null];
        yield 'the 31st of February' => ['2026-02-31T06:11:17Z', null];
        yield 'the 29th of February of another year' => ['2100-02-29T06:11:17Z', null];
        yield 'the month 0' => ['2026-00-10T06:11:17Z', null];
        yield 'the day 0' => ['2026-01-00T06:11:17Z', null];
        yield 'five digits for the year' => ['12026-01-01T06:11:17Z', null];
        yield 'a newline after it' => ["2026-11-24T06:11:17Z\n", null];
    }

    #[DataProvider('instants')]
    #[TestDox('is a time as contracts take it and no other, and goes out in UTC with Z: $_dataName')]
    public function testInstant(string $text, ?string $expected): void
    {
        if ($expected === null) {
            $this->expectExceptionMessageMatches('/^\/at: expected time .*, got string$/');
        }
        self::assertSame($expected, Encode::instant(Decode::instant($text, '/at')));
    }

    #[TestDox('goes back as what it was: objects, maps and lists that PHP arrays would mix up')]
    public function testEncode(): void
    {
        $text = JsonText::encode([
            'object' => Encode::object(['a' => null, 'b' => Absent::Value, 'c' => 1.0]),
            'nothing' => Encode::object(['b' => Absent::Value]),
            'map' => Encode::map([0 => 'x', 1 => 'y']),
            'none' => Encode::map([]),
            'list' => Encode::list([3 => 'x', 7 => 'y']),
        ], 512);
        self::assertSame('{"object":{"a":null,"c":1.0},"nothing":{},"map":{"0":"x","1":"y"},"none":{},"list":["x","y"]}', $text);
    }
}
