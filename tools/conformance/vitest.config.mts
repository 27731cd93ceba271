import { projectTests } from '../../vitest.shared.mts';

/** Tests that say whether something happens, not how soon: two of them at a time are no harm. */
const PLAIN = [
  '{consumers,nx,observability,original,packed,wire}/**/*.e2e.ts',
  'client/{expect-uid,facade-calls,guide,in-memory,large-messages,mixed-data,version-1,version-1-server}.e2e.ts',
  'php/{examples,persistent,vectors}.e2e.ts',
];

export default projectTests('conformance', {
  include: [],
  projects: [
    {
      extends: true,
      mode: 'e2e',
      test: { name: 'plain', include: PLAIN, fileParallelism: true, maxWorkers: 2, sequence: { groupOrder: 1 } },
    },
    {
      extends: true,
      mode: 'e2e',
      test: { name: 'measured', include: ['**/*.e2e.ts'], exclude: PLAIN, sequence: { groupOrder: 2 } },
    },
  ],
});
