import { Router } from '../router/router';
import { delay, DELAY_URI } from './delay';
import { echo, ECHO_URI } from './echo';

/** A router that serves the built-in endpoints, and waits for the user's own. */
export function createRouter(): Router {
  const router = new Router();
  router.addBuiltIn(ECHO_URI, 'echo', echo);
  router.addBuiltIn(DELAY_URI, 'delay', delay);
  return router;
}
