import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { FormatError, UnavailableError } from '../errors.js';
import { describeError, restoreError } from './error-data.js';
import { ThreadCalls } from './thread-calls.node.js';
import { SpeedError } from './thread-calls.test.kit.js';

const child = new URL('./thread-calls.test.child.js', import.meta.url);

let calls: ThreadCalls<unknown>;
const open = () => {
  calls = new ThreadCalls(child, { label: 'trainer', hint: 'go on from the checkpoint', errors: [SpeedError] });
  return calls;
};
afterEach(() => calls?.close());

describe('a worker thread', () => {
  test('answers in order, and errors keep class, message and hint', async () => {
    open();
    const answers = await Promise.allSettled(
      ['a', 'slow', 'speed', 'unavailable', 'format', 'b'].map((text) => calls.call(text)),
    );
    const values = [0, 1, 5].map((at) => (answers[at] as PromiseFulfilledResult<unknown>).value);
    expect(values).toEqual(['did a', 'did slow', 'did b']);
    const [speed, unavailable, format] = answers.slice(2, 5).map((answer) => (answer as PromiseRejectedResult).reason);
    expect(speed).toBeInstanceOf(SpeedError);
    expect(speed).toMatchObject({ message: 'too fast', hint: 'slow down', code: 'speed' });
    expect(unavailable).toBeInstanceOf(UnavailableError);
    expect(unavailable).toMatchObject({ message: 'no such device', hint: 'buy one' });
    expect(format).toBeInstanceOf(FormatError);
    expect(format).toMatchObject({ path: 'p', expected: 'e', found: 'x' });
  });

  test('gets buffers and gives them without a copy', async () => {
    open();
    const given = Uint8Array.of(1, 2);
    expect(await calls.call(given, [given.buffer])).toEqual(Uint8Array.of(2, 3));
    expect(given.length).toBe(0);
    expect(await calls.call('buffer')).toEqual(Uint8Array.of(3, 3, 3, 3));
  });

  test.each(['exit', 'throw later'])(
    'that dies (%s) is reported to all that wait and to all that come',
    async (how) => {
      open();
      const waiting = [calls.call(how), calls.call('hang')];
      for (const answer of await Promise.allSettled(waiting)) {
        const { reason } = answer as PromiseRejectedResult;
        expect(reason).toBeInstanceOf(UnavailableError);
        expect(reason.message).toBe(
          `trainer: its thread ended without being asked to (${how === 'exit' ? 'exit code 7' : 'from a timer'})`,
        );
        expect(reason.hint).toBe('go on from the checkpoint');
      }
      await expect(calls.call('a')).rejects.toThrow('its thread ended');
      await calls.close('a');
    },
  );

  test('that is closed rejects what it has not answered', async () => {
    open();
    const checked = expect(calls.call('hang')).rejects.toThrow('trainer: it is closed');
    await calls.close();
    await checked;
    await expect(calls.call('a')).rejects.toThrow('closed');
  });

  test('that is closed with a last request answers what came before it, and takes nothing after it', async () => {
    open();
    const slow = calls.call('slow');
    const closing = calls.close('slow');
    const late = expect(calls.call('a')).rejects.toThrow('trainer: it is closed');
    // Closing again must not end the thread before its last answer.
    await Promise.all([closing, calls.close()]);
    expect(await slow).toBe('did slow');
    await late;
  });

  test('that dies of its last request, or fails it, is closed all the same', async () => {
    for (const last of ['exit', 'speed']) await open().close(last);
  });

  test('a request that cannot be sent, or an answer, is refused and the thread stays', async () => {
    open();
    await expect(calls.call(() => 1)).rejects.toThrow('could not be cloned');
    await expect(calls.call('function')).rejects.toThrow('could not be cloned');
    expect(await calls.call('a')).toBe('did a');
  });

  test('keeps its process alive while it has something to answer, and no longer', () => {
    const printed = execFileSync(process.execPath, [fileURLToPath(child)], { encoding: 'utf8', timeout: 30_000 });
    expect(printed).toBe('did slow');
  });
});

test('standard errors cross threads with their class, others with their name', () => {
  const cross = (error: unknown) => restoreError(structuredClone(describeError(error)));
  expect(cross(new RangeError('r'))).toBeInstanceOf(RangeError);
  expect(cross(new TypeError('t'))).toBeInstanceOf(TypeError);
  const abort = cross(new DOMException('stop', 'AbortError'));
  expect(abort).toBeInstanceOf(DOMException);
  expect(abort).toMatchObject({ name: 'AbortError', message: 'stop' });
  expect(cross(new SpeedError('too fast'))).toMatchObject({ name: 'SpeedError', message: 'too fast' });
  expect(cross('a text')).toMatchObject({ name: 'Error', message: 'a text' });
});
