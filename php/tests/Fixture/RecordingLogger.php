<?php

declare(strict_types=1);

namespace PixlIpc\Tests\Fixture;

use Psr\Log\AbstractLogger;

/** Keeps what is logged: `level: message {context}`. */
final class RecordingLogger extends AbstractLogger
{
    /** @var list<string> */
    private array $lines = [];

    /** One line for each. */
    public function text(): string
    {
        return implode("\n", $this->lines);
    }

    /** @param array<array-key, mixed> $context */
    public function log($level, string|\Stringable $message, array $context = []): void
    {
        $this->lines[] = (\is_string($level) ? $level : '?') . ": {$message} " . json_encode($context, JSON_THROW_ON_ERROR);
    }
}
