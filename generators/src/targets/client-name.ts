import { pascalCase } from '../model/type-name';

const NAME = /^[A-Z][A-Za-z0-9]*$/;

/**
 * What a client is of, in PascalCase: what was said, or the daemon's name, `@acme/ipc-daemon` → `IpcDaemon`.
 *
 * @throws RangeError if what was said is no such name
 */
export function clientName(given: string | undefined, service: string): string {
  if (given === undefined) {
    const name = pascalCase(service.slice(service.lastIndexOf('/') + 1), 'Daemon');
    return name.charAt(0).toUpperCase() + name.slice(1);
  }
  if (NAME.test(given)) return given;
  throw new RangeError(`name is ${JSON.stringify(given)}; give one in PascalCase, e.g. "IpcDaemon"`);
}
