import { relative } from 'node:path/posix';
import { parseContractDocument } from '../../contract/contract-document';
import { addProjectConfiguration, joinPathFragments, type Tree } from '../../nx/devkit';
import { contractDocumentFile, type Daemon } from '../../workspace/daemon';
import type { PhpClientEntry } from '../../workspace/ipc-config';
import { createFiles } from '../../workspace/templates';
import { COMPOSER_VERSIONS } from '../../workspace/versions';
import { findSample, scriptView, testView } from './sample-call';

/** The namespace of a new project's own classes, and their folder. */
const OWN = { namespace: 'App', folder: 'src' } as const;

/** Makes a PHP project: composer.json, PHPUnit and targets that install, lint and test. */
export function createPhpProject(tree: Tree, name: string, root: string): void {
  const cwd = '{projectRoot}';
  addProjectConfiguration(tree, name, {
    root,
    projectType: 'application',
    sourceRoot: joinPathFragments(root, OWN.folder),
    targets: {
      install: { command: 'composer install --no-interaction --no-progress', options: { cwd } },
      lint: {
        command: "find . -path ./vendor -prune -o -name '*.php' -print0 | xargs -0 -n 1 php -l",
        options: { cwd },
        cache: true,
        inputs: ['default'],
      },
      test: {
        command: 'vendor/bin/phpunit',
        options: { cwd },
        dependsOn: ['install'],
        cache: true,
        inputs: ['default'],
      },
    },
  });
  createFiles(tree, 'php-project/common', root, {
    packageName: `app/${name}`,
    phpVersion: COMPOSER_VERSIONS.php,
    phpunitVersion: COMPOSER_VERSIONS['phpunit/phpunit'],
    namespace: OWN.namespace,
    folder: OWN.folder,
  });
}

/** Adds a script that calls the daemon and a test that fakes it, where the daemon has a contract that allows for it. */
export function createExample(tree: Tree, root: string, daemon: Daemon, entry: PhpClientEntry): void {
  const document = tree.read(contractDocumentFile(daemon), 'utf-8');
  const sample = document === null ? undefined : findSample(parseContractDocument(document), entry);
  if (sample === undefined) return;
  const folder = joinPathFragments(root, 'bin');
  createFiles(tree, 'php-project/script', root, {
    daemon: daemon.name,
    socketPath: relative(folder, joinPathFragments(daemon.root, 'run', `${daemon.name}.sock`)),
    ...scriptView(sample),
  });
  const test = { namespace: `${OWN.namespace}\\Tests`, name: `${sample.names.client.name}Test` };
  createFiles(tree, 'php-project/test', root, testView(sample, test));
}
