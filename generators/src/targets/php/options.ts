import { clientName } from '../client-name';
import { RESERVED_NAMES } from './reserved-names';

/** What has to be said about a client in PHP. */
export interface PhpOptions {
  /** Of the output folder, as composer.json maps it: `App\Ipc`. */
  readonly namespace: string;
  /** The class of the client. Default: the daemon's name in PascalCase. */
  readonly name?: string;
}

export interface ResolvedPhpOptions {
  readonly namespace: string;
  readonly name: string;
}

const NAMESPACE = /^[A-Za-z_][A-Za-z0-9_]*(?:\\[A-Za-z_][A-Za-z0-9_]*)*$/;

/**
 * Fills in what is not said.
 *
 * @param service The daemon.
 * @throws RangeError naming the option, its value and the remedy
 */
export function resolvePhpOptions({ namespace, name }: PhpOptions, service: string): ResolvedPhpOptions {
  if (!NAMESPACE.test(namespace)) {
    throw new RangeError(`namespace is ${JSON.stringify(namespace)}; give one as in composer.json, e.g. "App\\\\Ipc"`);
  }
  const reserved = namespace.split('\\').find((segment) => RESERVED_NAMES.includes(segment.toLowerCase()));
  if (reserved !== undefined) {
    throw new RangeError(`namespace is ${JSON.stringify(namespace)}, and PHP reserves ${reserved}; choose another`);
  }
  return { namespace, name: clientName(name, service) };
}
