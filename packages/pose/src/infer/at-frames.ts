import { DomainError, IntegrityError, UnavailableError } from '@zoopraxis/core';

/** Returns an error of a network's run that says at which frames it happened. */
export function atFrames(error: unknown, first: number, count: number): unknown {
  if (!(error instanceof Error)) return error;
  const place = count > 1 ? `frames ${first} to ${first + count - 1}` : `frame ${first}`;
  if (error instanceof DomainError && !(error instanceof IntegrityError || error instanceof UnavailableError)) {
    return error;
  }
  const { hint } = error as { hint?: string };
  const options = { cause: error, ...(hint === undefined ? {} : { hint }) };
  if (error instanceof IntegrityError) return new IntegrityError(`${error.message}, at ${place}`, options);
  return new UnavailableError(`the pose network failed at ${place}: ${error.message}`, {
    hint: 'if memory ran out take a smaller batch size, else try another device',
    ...options,
  });
}
