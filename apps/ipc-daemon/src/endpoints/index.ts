import hello from './greetings/hello.handler.js';
import load from './host/load.handler.js';
import watch from './host/watch.handler.js';

/** Every endpoint of the daemon. */
export const endpoints = [hello, load, watch];
