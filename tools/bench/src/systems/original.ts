import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { originalApi } from './original-api';
import type { System } from './system';

/** The original pixl-ipc, installed with its dependencies in `folder`. */
export function originalIn(folder: string): System {
  const path = resolve(folder);
  return originalApi(path, createRequire(join(path, 'package.json')));
}
