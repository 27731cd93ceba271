/** The plugin's options in nx.json: how its targets are named. */
export interface PixlIpcPluginOptions {
  /** Default `serve`. */
  readonly serveTargetName?: string;
  /** Default `contract`. */
  readonly contractTargetName?: string;
  /** Default `generate-clients`. */
  readonly generateClientsTargetName?: string;
  /** Default `contract-check`. */
  readonly contractCheckTargetName?: string;
}

/** Fills the defaults in. */
export function pluginOptions(options: PixlIpcPluginOptions | undefined): Required<PixlIpcPluginOptions> {
  return {
    serveTargetName: 'serve',
    contractTargetName: 'contract',
    generateClientsTargetName: 'generate-clients',
    contractCheckTargetName: 'contract-check',
    ...options,
  };
}
