import { handle } from '@pixl-ipc/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureLoad } from './measure-load.js';
import contract from './watch.contract.js';

export default handle(contract, async function* ({ everyMs, times }, { signal }) {
  for (let count = 1; ; count++) {
    yield measureLoad();
    if (count === times) return;
    // The signal ends the wait when nobody watches any more.
    await sleep(everyMs, undefined, { signal });
  }
});
