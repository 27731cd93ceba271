import { exceedsDepth } from '../frame/json-depth';

/** A decoded frame: any JSON object. Its keys are a stranger's: read them by name, never index our objects by them. */
export type Message = Readonly<Record<string, unknown>>;

/** Why a frame's text is no message. */
export class MessageFault {
  constructor(
    readonly code: 'parse_error' | 'invalid_request',
    readonly message: string,
  ) {}
}

/** Text → message. Nesting over `maxJsonDepth` is refused before parsing. Never throws. */
export function parseMessage(text: string, maxJsonDepth: number): Message | MessageFault {
  if (exceedsDepth(text, maxJsonDepth)) {
    return new MessageFault(
      'invalid_request',
      `JSON is nested deeper than ${maxJsonDepth}; raise max_json_depth or send flatter data`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new MessageFault('parse_error', `a line of ${text.length} characters is not valid JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return new MessageFault('invalid_request', 'a line must hold a JSON object');
  }
  return value as Message;
}
