import { execFileSync } from 'node:child_process';
import { nx } from '../nx-command.mjs';
import { ROOT } from './repository.ts';

export interface GraphProject {
  readonly name: string;
  /** The folder, seen from the workspace's root. */
  readonly root: string;
  readonly scopes: readonly string[];
  readonly targets: readonly string[];
}

export interface NxGraph {
  readonly projects: readonly GraphProject[];
  /** Pairs of project names: who depends on whom. */
  readonly arrows: readonly (readonly [from: string, to: string])[];
}

/** What `nx graph` draws. */
export function readNxGraph(): NxGraph {
  const { file, args, env } = nx('graph', '--print');
  const text = execFileSync(file, args, { cwd: ROOT, env: { ...process.env, ...env }, encoding: 'utf8' });
  const { nodes, dependencies } = (
    JSON.parse(text) as {
      graph: {
        nodes: Record<string, { data: { root: string; tags?: string[]; targets?: object } }>;
        dependencies: Record<string, { source: string; target: string }[]>;
      };
    }
  ).graph;
  return {
    projects: Object.entries(nodes).map(([name, { data }]) => ({
      name,
      root: data.root,
      scopes: (data.tags ?? []).filter((tag) => tag.startsWith('scope:')).map((tag) => tag.slice('scope:'.length)),
      targets: Object.keys(data.targets ?? {}),
    })),
    arrows: Object.values(dependencies).flatMap((list) => list.map(({ source, target }) => [source, target] as const)),
  };
}
