import { Dealer, Router } from 'zeromq';
import type { Settle, System } from './system';

/** ZeroMQ (libzmq, native) over ipc://: dealers ask, a router answers. Frames are an id and JSON. */
export const system: System = {
  async startServer({ socketPath }) {
    const router = new Router({ sendHighWaterMark: 0, receiveHighWaterMark: 0 });
    await router.bind(`ipc://${socketPath}`);
    const serving = (async () => {
      for await (const [peer, id, text] of router) {
        if (!peer || !id || !text) throw new Error('a request has three frames');
        await router.send([peer, id, JSON.stringify(JSON.parse(text.toString()))]);
      }
    })();
    return {
      async stop() {
        router.close();
        await serving;
      },
    };
  },

  connect(socketPath) {
    const dealer = new Dealer({ linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
    dealer.connect(`ipc://${socketPath}`);
    const pending = new Map<string, Settle>();
    let calls = 0;
    const receiving = (async () => {
      for await (const [id, text] of dealer) {
        const key = id?.toString() ?? '';
        const settle = pending.get(key);
        pending.delete(key);
        settle?.(undefined, JSON.parse(text?.toString() ?? ''));
      }
    })();
    // One send at a time is all that the package allows.
    let sending: Promise<void> = Promise.resolve();
    return Promise.resolve({
      call({ data }, settle) {
        const id = String(calls++);
        pending.set(id, settle);
        const text = JSON.stringify(data);
        sending = sending.then(() => dealer.send([id, text]));
      },
      async close() {
        await sending;
        dealer.close();
        await receiving;
      },
    });
  },
};
