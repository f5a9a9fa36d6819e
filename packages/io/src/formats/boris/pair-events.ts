import type { BoutCollector, StreamKey } from '../annotations/bout-collector.js';
import type { Report } from '../file-problem.js';

/** One event of BORIS: a point, or the start or stop of a state. */
export interface BorisEvent {
  readonly timeSec: number;
  /** Empty without a focal subject. */
  readonly subject: string;
  readonly behavior: string;
  readonly modifiers: readonly string[];
  readonly kind: 'point' | 'start' | 'stop' | 'state';
  /** Place in the file. */
  readonly where: string;
}

/** Where the bouts of events go. */
export interface PairTarget {
  readonly collector: BoutCollector;
  readonly key: (subject: string) => StreamKey;
  readonly report: Report;
  readonly path: string;
  /** Second at which states end that were never stopped; left out = not known. */
  readonly endSec?: number;
}

/**
 * Adds the bouts of the events of one observation. Events of kind `state` start and stop in turn, for each subject,
 * behavior and modifiers, as BORIS pairs them. A state that was not stopped lasts until the end of the observation, where
 * that is known, and is left out otherwise; both are told.
 */
export function pairEvents(events: readonly BorisEvent[], { collector, key, report, path, endSec }: PairTarget): void {
  const open = new Map<string, BorisEvent>();
  const add = (event: BorisEvent, stopSec: number) =>
    collector.add(key(event.subject), {
      behavior: event.behavior,
      startSec: event.timeSec,
      endSec: stopSec,
      ...(event.modifiers.length === 0 ? {} : { modifiers: event.modifiers }),
    });
  const tell = (event: BorisEvent, message: string) =>
    report({
      severity: 'warning',
      code: 'left-out',
      file: path,
      where: event.where,
      message,
      hint: 'Fix the unpaired event in BORIS (Tools, Fix unpaired events) and export again.',
    });
  for (const event of [...events].sort((a, b) => a.timeSec - b.timeSec)) {
    if (event.kind === 'point') {
      add(event, event.timeSec);
      continue;
    }
    const id = JSON.stringify([event.subject, event.behavior, event.modifiers]);
    const started = open.get(id);
    if (started !== undefined && event.kind !== 'start') {
      add(started, event.timeSec);
      open.delete(id);
    } else if (event.kind === 'stop') {
      tell(event, `${event.behavior} stops at ${event.timeSec} s without a start and is left out.`);
    } else {
      if (started !== undefined)
        tell(started, `${event.behavior} starts twice; the start at ${started.timeSec} s is left out.`);
      open.set(id, event);
    }
  }
  for (const event of open.values()) {
    if (endSec === undefined || endSec < event.timeSec) {
      tell(event, `${event.behavior} starts at ${event.timeSec} s, is never stopped and is left out.`);
      continue;
    }
    add(event, endSec);
    tell(
      event,
      `${event.behavior} starts at ${event.timeSec} s and is never stopped; it lasts to the end (${endSec} s).`,
    );
  }
}
