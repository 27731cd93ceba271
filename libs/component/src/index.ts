export { IPCServer } from './ipc-server';
export type { ComponentCallback, IPCServerClass, IPCServerStats } from './ipc-server';
export type { OriginalEndpoint, OriginalHandler, Reply } from './original-handler';
export { ConfigError } from './config/component-config';
