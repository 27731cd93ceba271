import { printableText } from '@pixl-ipc/protocol';
import type { Call } from '../dispatch/call';

/** What a log line may carry beside its message. */
export type LogData = Readonly<Record<string, unknown>>;

/**
 * The server's log, each line with the `handler` and the caller's `id` of the call. By itself it writes nothing of what a
 * call carries: what a line says is up to who writes it.
 */
export interface CallLog {
  /** @param level As pixl-server's: 1 is always of interest, 9 hardly ever. */
  debug(level: number, message: string, data?: LogData): void;
  error(code: string, message: string, data?: LogData): void;
}

/** A {@link CallLog} of one call. */
export class BoundLog implements CallLog {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  debug(level: number, message: string, data?: LogData): void {
    this.#call.log.debug(level, message, this.#named(data));
  }

  error(code: string, message: string, data?: LogData): void {
    this.#call.log.error(code, message, this.#named(data));
  }

  #named(data: LogData | undefined): LogData {
    const { route, request } = this.#call;
    const id = typeof request.id === 'string' ? printableText(request.id) : request.id;
    return { ...data, handler: route.name, id };
  }
}
