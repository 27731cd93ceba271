<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Envelope;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestDox;
use PHPUnit\Framework\TestCase;
use PixlIpc\Envelope\Reply;
use PixlIpc\Envelope\RequestEncoder;
use PixlIpc\Frame\FrameBuffer;
use PixlIpc\Json\JsonText;

/** Bytes recorded from the original; over a real socket, tools/conformance/php sends them. */
#[TestDox('The original’s')]
final class VectorsTest extends TestCase
{
    private const FILE = __DIR__ . '/../../../tools/conformance/vectors/v1.ndjson';

    /** @return iterable<string, array{string, string}> */
    public static function vectors(): iterable
    {
        foreach (explode("\n", trim((string) file_get_contents(self::FILE))) as $line) {
            $vector = json_decode($line, true, flags: JSON_THROW_ON_ERROR);
            if (\is_array($vector) && \is_string($vector['name']) && \is_string($vector['send']) && \is_string($vector['receive'])) {
                yield $vector['name'] => [$vector['send'], $vector['receive']];
            }
        }
    }

    #[DataProvider('vectors')]
    #[TestDox('replies are read, whole and byte by byte: $_dataName')]
    public function testReplies(string $_send, string $receive): void
    {
        foreach ([max(1, \strlen($receive)), 1] as $pieceBytes) {
            $buffer = new FrameBuffer();
            $lines = [];
            foreach (str_split($receive, $pieceBytes) as $piece) {
                $lines = [...$lines, ...$buffer->push($piece)];
            }
            self::assertSame(array_filter(explode("\n", $receive), static fn(string $line): bool => $line !== ''), $lines);
            foreach ($lines as $line) {
                $expected = (array) json_decode($line);
                $reply = Reply::parse($line);
                self::assertEquals($expected['data'] ?? null, $reply->data);
                self::assertSame(\is_string($expected['ipcReqID'] ?? null) ? $expected['ipcReqID'] : null, $reply->id);
                $code = $expected['code'] ?? null;
                $missing = ((array) ($expected['data'] ?? null))['code'] ?? null;
                self::assertSame($code ?? ($missing === 'no_handler_found' ? $missing : null), $reply->error()?->errorCode);
            }
        }
    }

    /** @return iterable<string, array{\stdClass}> requests that a client could have sent */
    public static function requests(): iterable
    {
        foreach (self::vectors() as $name => [$send]) {
            foreach (explode("\n", $send) as $index => $line) {
                $request = json_decode($line);
                if ($request instanceof \stdClass && \is_string($request->ipcReqID ?? null) && \is_string($request->uri ?? null)) {
                    yield "{$name} {$index}" => [$request];
                }
            }
        }
    }

    #[DataProvider('requests')]
    #[TestDox('requests are what the drop-in sends for the same data: $_dataName')]
    public function testRequests(\stdClass $request): void
    {
        [$id, $uri, $data] = [$request->ipcReqID, $request->uri, $request->data ?? null];
        self::assertIsString($id);
        self::assertIsString($uri);
        $frame = (new RequestEncoder('vectors', 1_000_000))->encodeVersion1($id, $uri, $data, 4242);
        self::assertStringEndsWith("\n", $frame);
        $expected = (object) ['ipcReqID' => $id, 'uri' => $uri, 'data' => $data, 'pid' => 4242, 'userAgent' => 'vectors'];
        self::assertEquals($expected, JsonText::decode($frame, 512));
    }
}
