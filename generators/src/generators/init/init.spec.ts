import { readJson, readNxJson, updateNxJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { VERSIONS } from '../../workspace/versions';
import { initGenerator } from './generator';

let tree: Tree;
beforeEach(() => {
  tree = createTreeWithEmptyWorkspace();
});

const state = () => tree.listChanges().map(({ path, content }) => [path, content?.toString()]);

describe('init', () => {
  test('registers the plugin and the sync generator, and adds what contracts need', async () => {
    await initGenerator(tree);
    expect(readNxJson(tree)).toMatchObject({
      plugins: ['pixl-ipc/plugin'],
      pluginsConfig: { '@nx/js': { analyzeSourceFiles: true } },
      sync: { globalGenerators: ['pixl-ipc:sync'] },
    });
    expect(readJson(tree, 'package.json')).toMatchObject({
      dependencies: { '@pixl-ipc/contract': VERSIONS['@pixl-ipc/contract'], zod: VERSIONS.zod },
      devDependencies: { 'pixl-ipc': VERSIONS['pixl-ipc'], tsx: VERSIONS.tsx, typescript: VERSIONS.typescript },
    });
  });

  test('changes nothing when it is run again', async () => {
    await initGenerator(tree);
    const first = state();
    await initGenerator(tree);
    expect(state()).toEqual(first);
  });

  test('leaves what the workspace has already: versions, other plugins, options of the plugin', async () => {
    tree.write('package.json', JSON.stringify({ devDependencies: { zod: '4.0.0', 'pixl-ipc': 'file:a.tgz' } }));
    const plugin = { plugin: 'pixl-ipc/plugin', options: { serveTargetName: 'run' } };
    updateNxJson(tree, {
      ...readNxJson(tree),
      plugins: ['other', plugin],
      pluginsConfig: { '@nx/js': { analyzeSourceFiles: false }, other: { a: 1 } },
      sync: { applyChanges: true, globalGenerators: ['other:sync'] },
    });
    await initGenerator(tree);
    expect(readNxJson(tree)).toMatchObject({
      plugins: ['other', plugin],
      pluginsConfig: { '@nx/js': { analyzeSourceFiles: false }, other: { a: 1 } },
      sync: { applyChanges: true, globalGenerators: ['other:sync', 'pixl-ipc:sync'] },
    });
    const { dependencies, devDependencies } = readJson<Record<string, Record<string, string>>>(tree, 'package.json');
    expect(devDependencies).toMatchObject({ zod: '4.0.0', 'pixl-ipc': 'file:a.tgz' });
    expect(dependencies).not.toHaveProperty('zod');
  });

  test('does not ask for packages that are projects of the workspace', async () => {
    tree.write('libs/contract/package.json', '{ "name": "@pixl-ipc/contract" }');
    tree.write('libs/contract/project.json', '{ "name": "contract" }');
    await initGenerator(tree);
    expect(readJson(tree, 'package.json')).not.toHaveProperty(['dependencies', '@pixl-ipc/contract']);
  });

  test('can leave package.json alone', async () => {
    const before = readJson<object>(tree, 'package.json');
    await initGenerator(tree, { skipPackageJson: true });
    expect(readJson(tree, 'package.json')).toEqual(before);
  });
});
