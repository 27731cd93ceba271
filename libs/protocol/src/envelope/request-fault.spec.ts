import { describe, expect, test } from 'vitest';
import { FrameDecoder, type FrameFault } from '../frame/frame-decoder';
import { requestFaultOf } from './request';

/** The answer to a frame over a limit of 64 bytes that begins with `text`. */
function answerTo(text: string): unknown[] {
  const decoder = new FrameDecoder({ maxFrameBytes: 64 });
  decoder.push(Buffer.from(`${text}${'x'.repeat(100)}\n`));
  const { version, id, code } = requestFaultOf(decoder.next() as FrameFault);
  return [version, id, code];
}

describe('a frame over the limit', () => {
  test.each<[string, unknown, unknown]>([
    ['{"ipcReqID":"rq7","uri":"/a","data":"', 1, 'rq7'],
    ['{"ipcReqID":"","uri":"/a","data":"', 1, null],
    ['{"ipcReqID":42,"uri":"/a","data":"', 1, 42],
    ['{"ipcReqID":0,', 1, 0],
    ['  { "ipcReqID" : "a b" , ', 1, 'a b'],
    ['{"v":2,"ipcReqID":"p.9","uri":"/a","data":"', 2, 'p.9'],
    ['{"v":3,"ipcReqID":"p.9",', 1, null],
    ['{"ipcReqID":"cut', 1, null],
    ['{"ipcReqID":12', 1, null],
    ['{"ipcReqID":"quo\\"te",', 1, null],
    ['{"ipcReqID":"é",', 1, null],
    ['{"ipcReqID":null,', 1, null],
    ['{"uri":"/a","ipcReqID":"rq7",', 1, null],
    ['{"data":{"ipcReqID":"rq7"},', 1, null],
    ['[{"ipcReqID":"rq7",', 1, null],
    ['', 1, null],
  ])('that begins %s is answered for whom it shows, else for nobody', (text, version, id) => {
    expect(answerTo(text)).toEqual([version, id, 'message_too_large']);
  });
});

test('a line that is not UTF-8 is answered for nobody', () => {
  const fault: FrameFault = { code: 'parse_error', message: 'm', head: '{"ipcReqID":"rq1","uri":"\xff"}' };
  expect(requestFaultOf(fault)).toEqual({ version: 1, id: null, code: 'parse_error', message: 'm' });
});
