import { describe, expect, it } from 'vitest';
import { nodeVersionProblem } from './node-version.mjs';

describe('nodeVersionProblem', () => {
  it.each(['20.19.0', '20.20.2', '21.0.0', '100.1.0'])('accepts Node %s for >=20.19', (version) => {
    expect(nodeVersionProblem(version, '>=20.19')).toBeNull();
  });

  it.each(['20.18.9', '18.20.0', '8.17.0'])('names both versions when Node %s is too old', (version) => {
    const problem = nodeVersionProblem(version, '>=20.19');
    expect(problem).toContain(version);
    expect(problem).toContain('>=20.19');
  });
});
