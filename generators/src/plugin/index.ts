export { createDependencies } from './dependencies';
export { createNodes, createNodesV2 } from './nodes';
export type { PixlIpcPluginOptions } from './options';

/** As nx.json and error messages name the plugin. */
export const name = 'pixl-ipc/plugin';
