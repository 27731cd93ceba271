import { clientName } from '../client-name';

/** What may be said about a client in TypeScript. */
export interface TypeScriptOptions {
  /** What the client is of, in PascalCase: `IpcDaemon` makes `createIpcDaemonClient`. Default: the daemon's name. */
  readonly name?: string;
  /**
   * What imports between the generated files end in. Default `.js`, which TypeScript, Node.js, Vite and esbuild resolve;
   * webpack takes it with `resolve.extensionAlias`, Jest wants none.
   */
  readonly importExtension?: '' | '.js' | '.ts';
}

export interface ResolvedTypeScriptOptions {
  readonly name: string;
  readonly importExtension: '' | '.js' | '.ts';
}

/**
 * Fills in what is not said.
 *
 * @param service The daemon.
 * @throws RangeError naming the option, its value and the remedy
 */
export function resolveTypeScriptOptions(options: TypeScriptOptions, service: string): ResolvedTypeScriptOptions {
  const { importExtension = '.js' } = options;
  if (!['', '.js', '.ts'].includes(importExtension)) {
    throw new RangeError(`importExtension is ${JSON.stringify(importExtension)}; give "", ".js" or ".ts"`);
  }
  return { name: clientName(options.name, service), importExtension };
}
