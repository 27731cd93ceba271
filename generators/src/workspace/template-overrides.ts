/** Where a workspace keeps templates of its own, each under the path of the one that it replaces. */
export const TEMPLATE_OVERRIDES = 'tools/pixl-ipc/templates';
