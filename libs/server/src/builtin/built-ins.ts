import { toWireError } from '@pixl-ipc/protocol';
import { Router, type Handle } from '../router/router';
import { metricsText } from '../stats/server-metrics';
import { statsReport } from '../stats/stats-report';
import { isTurnedAway, type GuardedBuiltIn } from './access';
import { delay, DELAY_URI } from './delay';
import { echo, ECHO_URI } from './echo';
import { serverInfo } from './info';
import { INDESCRIBABLE } from './service-contract';
import type { ServerView } from './server-view';

const URI = '/ipcserver/';
const NAMES = ['ping', 'health', 'info', 'describe', 'stats', 'metrics'] as const;

/** URIs that a server answers by itself, whatever handler has them; echo and delay are apart, as in the original. */
export const BUILT_IN_URIS: ReadonlySet<string> = new Set(NAMES.map((name) => URI + name));

/** A router that serves the test endpoints, and waits for the user's own. */
export function createRouter(): Router {
  const router = new Router();
  router.addBuiltIn(ECHO_URI, 'echo', echo);
  router.addBuiltIn(DELAY_URI, 'delay', delay);
  return router;
}

/** Lets `router` tell what its server is and how it does. @see docs/protocol.md#built-in-endpoints */
export function addIntrospection(router: Router, server: ServerView): void {
  const add = (name: (typeof NAMES)[number], answer: () => unknown): void => {
    router.addReserved(URI + name, name, (call) => call.reply(answer()));
  };
  const addGuarded = (name: GuardedBuiltIn, handle: Handle): void => {
    router.addReserved(URI + name, name, (call) => {
      if (!isTurnedAway(call, server.options().builtins[name])) handle(call);
    });
  };

  add('ping', () => ({ pong: true, time: new Date().toISOString() }));
  add('health', () => ({ live: true, ready: server.state() === 'serving', draining: server.state() === 'going' }));
  add('info', () =>
    serverInfo({
      service: server.service,
      limits: server.options(),
      contract: server.contract.hash(),
      uptimeMs: server.stats.uptimeMs,
    }),
  );
  addGuarded('describe', (call) => {
    const document = server.contract.document();
    if (document === INDESCRIBABLE) call.refuse(toWireError(undefined));
    else if (document) call.reply(document);
    else call.refuse({ code: 'no_handler_found', message: 'This server serves no contracts that it could describe' });
  });
  addGuarded('stats', (call) => call.reply(statsReport(server.stats, server.load(), Date.now())));
  addGuarded('metrics', (call) => {
    call.reply(metricsText({ stats: server.stats, load: server.load(), info: labelsOf(server.service) }));
  });
}

function labelsOf(service: ServerView['service']): Record<string, string> {
  return { service: service?.name ?? '', version: service?.version ?? '' };
}
