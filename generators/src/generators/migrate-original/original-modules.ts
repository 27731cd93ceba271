/** The original's files that code imports, and where the same is in this package. */
const MODULES: readonly (readonly [RegExp, string])[] = [
  [/^(?:.*\/node_modules\/)?pixl-ipc\/client(?:\.js)?$/, 'pixl-ipc/client'],
  [/^(?:.*\/node_modules\/)?pixl-ipc(?:\/(?:ipc_server(?:\.js)?)?)?$/, 'pixl-ipc'],
];

/** What only this package has; a folder of Composer's package pixl-ipc/client counts too. */
const OWN = /(?:^|\/)pixl-ipc\/(?:client(?:\/.*)?|plugin|(?:package|generators|executors)\.json|schemas\/.*)$/;

/** Where this package has what a specifier of the original names; undefined where it has not. */
export function moduleFor(specifier: string): string | undefined {
  return MODULES.find(([pattern]) => pattern.test(specifier))?.[1];
}

/** Whether a path reads right as it is. */
export function isOwn(path: string): boolean {
  return OWN.test(path);
}
