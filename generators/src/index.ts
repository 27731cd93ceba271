import { IPCServer } from '@pixl-ipc/component';

// `require('pixl-ipc')` is the component class itself, as the original's is.
export = IPCServer;
