<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Fixture;

/** A request as the {@see PeerProcess} got it. */
final readonly class PeerRequest
{
    public string $id;
    public string $uri;
    public int $credit;
    public mixed $data;

    /** @param array<array-key, mixed> $envelope */
    public function __construct(array $envelope)
    {
        $this->id = self::textOf($envelope['ipcReqID'] ?? null);
        $this->uri = self::textOf($envelope['uri'] ?? null);
        $this->credit = self::numberOf($envelope['credit'] ?? null);
        $this->data = $envelope['data'] ?? null;
    }

    /** A member of the data, empty where there is none. */
    public function text(string $key): string
    {
        return self::textOf($this->member($key));
    }

    /** The data's `text` with the request's id, quoted, for `$id`. */
    public function raw(): string
    {
        return strtr($this->text('text'), ['$id' => "\"{$this->id}\""]);
    }

    /** A reply that takes far longer to parse than to read: `count` empty objects, after what the data says as `head`. */
    public function objects(): string
    {
        return strtr($this->text('head'), ['$id' => "\"{$this->id}\""]) . '"data":[' . str_repeat('{},', $this->number('count')) . "1]}\n";
    }

    /** A member of the data, 0 where there is none. */
    public function number(string $key): int
    {
        return self::numberOf($this->member($key));
    }

    private function member(string $key): mixed
    {
        return \is_array($this->data) ? $this->data[$key] ?? null : null;
    }

    private static function textOf(mixed $value): string
    {
        return \is_string($value) ? $value : '';
    }

    private static function numberOf(mixed $value): int
    {
        return \is_int($value) ? $value : 0;
    }
}
