export { instrumentIpc } from './instrument-ipc';
export type { InstrumentOptions } from './instrument-ipc';
