import { IPCClient } from './ipc-client';

// The class itself, so that require('pixl-ipc/client') and an ESM default import both are it, as with the original.
export = IPCClient;
