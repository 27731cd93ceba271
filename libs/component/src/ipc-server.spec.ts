import { describe, expect, it } from 'vitest';
import { IPCServer } from './ipc-server';

describe('the component class', () => {
  it('is made without arguments, carries its name and defaults, and has stats before it starts', () => {
    const component = new IPCServer();
    expect(component.__name).toBe('IPCServer');
    expect(component.defaultConfig).toMatchObject({ exit_timeout: 2_000, socket_chmod: '600' });
    expect(component.getStats()).toEqual({
      connections: 0,
      handlers: 2,
      requests: 0,
      clientOpen: 0,
      clientClose: 0,
      maxConnections: 0,
      duration: 0,
      slowResponses: 0,
      streamBackpressure: 0,
    });
    expect(component.getErrorCounts()).toEqual({});
  });

  it('keeps the handlers of each instance apart', () => {
    const [first, second] = [new IPCServer(), new IPCServer()];
    first.addURIHandler('/a', 'a', () => 1);
    expect([first.getStats().handlers, second.getStats().handlers]).toEqual([3, 2]);
  });

  it('can be extended, called as a function, and stopped without having started', async () => {
    class Extended extends IPCServer {
      readonly own = 'field';
    }
    const component = new Extended();
    expect(component).toBeInstanceOf(IPCServer);
    expect(component.own).toBe('field');
    expect(() => IPCServer.call(component)).not.toThrow();
    component.closeConnections();
    await new Promise<void>((resolve) => component.shutdown(() => resolve()));
  });

  it.each([undefined, null, 'text', {}, 3])('takes no %j for a handler, and says what to give', (handler) => {
    const component = new IPCServer();
    const remedy = /the handler is (undefined|object|string|number); give a function \(request, reply\)/;
    expect(() => component.addURIHandler('/a', 'a', handler as never)).toThrow(remedy);
    expect(() => component.setDefaultHandler(handler as never)).toThrow(remedy);
    expect(component.getStats().handlers).toBe(2);
  });

  it('takes nothing but a string or a RegExp for a URI', () => {
    expect(() => new IPCServer().addURIHandler(3 as never, 'a', () => 1)).toThrow(
      /uri is 3; give a non-empty string or a RegExp/,
    );
  });
});
