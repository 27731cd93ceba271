import { createRequire } from 'node:module';
import { originalApi } from './original-api';
import type { System } from './system';

/** This project behind the original's API: what a user of the original has after changing the package. */
export const system: System = originalApi('pixl-ipc', createRequire(__filename));
