import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { groupId, userId } from './account-id';
import { temporaryDirectory } from './temporary-directory.fixture';

const USERS = 'root:x:0:0:root:/root:/bin/bash\nweb:x:33:7:web:/var/www:/bin/false\nbroken\n';
const GROUPS = 'root:x:0:\nweb:x:33:alice,bob\n# web2\nbroken\n1000:x:7:\n';

function fileOf(text: string): string {
  const file = join(temporaryDirectory(), 'accounts');
  writeFileSync(file, text);
  return file;
}

it.each<[string | number, number]>([
  ['web', 33],
  ['root', 0],
  [5, 5],
  ['99', 99],
  // A group whose name is digits is that group, as chown has it.
  ['1000', 7],
])('finds the gid of %j', async (group, gid) => {
  expect(await groupId(group, fileOf(GROUPS))).toBe(gid);
});

it.each(['we', 'web2', 'broken', 'alice', '', 'web:x'])('knows no group %j', async (group) => {
  await expect(groupId(group, fileOf(GROUPS))).rejects.toMatchObject({ code: 'unknown_group' });
});

it('says so where the file cannot be read', async () => {
  await expect(groupId('web', '/nowhere/group')).rejects.toMatchObject({
    code: 'unknown_group',
    message: 'cannot look up group web: /nowhere/group is not readable; give its gid',
  });
});

it('finds the uid of a user likewise', async () => {
  expect(await userId('web', fileOf(USERS))).toBe(33);
  await expect(userId('nobody', fileOf(USERS))).rejects.toMatchObject({
    code: 'unknown_user',
    message: expect.stringMatching(/^user nobody is not in .*; create it, or give its uid$/) as string,
  });
});
