import type { Exception } from '@opentelemetry/api';

/**
 * What a span records of anything thrown: plain texts, read here once, because to look at what a handler threw may throw,
 * and a tracer looks without care.
 */
export function exceptionOf(thrown: unknown): Exception {
  try {
    if (typeof thrown !== 'object' || thrown === null) return String(thrown);
    const { code, name, message, stack } = thrown as Readonly<Record<string, unknown>>;
    return {
      message: typeof message === 'string' ? message : `${Object.prototype.toString.call(thrown)} was thrown`,
      ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof stack === 'string' ? { stack } : {}),
    };
  } catch {
    return 'what was thrown cannot be looked at';
  }
}
