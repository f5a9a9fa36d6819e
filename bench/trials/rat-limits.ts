import {
  type FoldResult,
  labelRuns,
  matchBouts,
  spansOfRuns,
  type TrainingRecording,
  unscoredLabel as unscored,
} from '@zoopraxis/behavior';
import { quantile } from '@zoopraxis/core';
import { assumedFps } from './rat-recordings.js';
import { percent, table } from './scores.js';

/** A frame is near a change of the truth within this many seconds. */
const nearSec = 0.5;
/** Upper ends of classes of bout durations, s. */
const durationEnds = [0.5, 1, 2, 5, Number.POSITIVE_INFINITY];
/** Least known points of both rats together (of ten) in classes of frames. */
const knownStarts = [10, 8, 6, 4, 0];

interface Part {
  readonly name: string;
  /** Frames, or bouts. */
  count: number;
  /** Wrong frames, or missed bouts. */
  wrong: number;
}

/** Where a method is wrong: by the distance to changes of the truth, by what is seen of the rats, by duration, by session. */
export interface RatLimits {
  readonly frames: number;
  readonly wrong: number;
  readonly near: Part;
  readonly far: Part;
  readonly byKnownPoints: readonly Part[];
  readonly byDuration: readonly Part[];
  /** Wrong frames by what they are and what is said of them, most first. */
  readonly byPair: readonly { readonly truth: string; readonly said: string; readonly count: number }[];
  /** Accuracy of the worst session, the quartiles, and the best. */
  readonly sessions: readonly number[];
}

/** Returns where predictions of recordings are wrong. */
export function ratLimits(
  tests: FoldResult['tests'],
  truths: ReadonlyMap<string, TrainingRecording>,
  knownPoints: ReadonlyMap<string, Uint8Array>,
): RatLimits {
  const part = (name: string): Part => ({ name, count: 0, wrong: 0 });
  const [near, far] = [part(`at most ${nearSec} s from a change`), part('farther from any change')];
  const byKnownPoints = knownStarts.map((start, i) => {
    const end = (knownStarts[i - 1] ?? start + 1) - 1;
    return part(start === end ? `${start} points known` : `${start} to ${end} points known`);
  });
  const byDuration = durationEnds.map((end, i) =>
    part(
      i === 0
        ? `bouts under ${end} s`
        : end < 1e9
          ? `${durationEnds[i - 1]} to ${end} s`
          : `${durationEnds[i - 1]} s and more`,
    ),
  );
  const pairs = new Map<string, { truth: string; said: string; count: number }>();
  const accuracies: number[] = [];
  for (const { id, predicted } of tests) {
    const { truth } = truths.get(id) as TrainingRecording;
    const known = knownPoints.get(id) as Uint8Array;
    const place = predicted.behaviors.map((name) => truth.behaviors.indexOf(name));
    const said = predicted.label.map((own, frame) =>
      truth.label[frame] === unscored ? unscored : (place[own] ?? unscored),
    );
    const reach = Math.round(nearSec * assumedFps);
    const isNear = new Uint8Array(truth.label.length);
    for (let frame = 1; frame < truth.label.length; frame++) {
      if (truth.label[frame] !== truth.label[frame - 1]) isNear.fill(1, Math.max(0, frame - reach), frame + reach);
    }
    let [count, wrong] = [0, 0];
    for (const [frame, own] of truth.label.entries()) {
      if (own === unscored) continue;
      const isWrong = said[frame] === own ? 0 : 1;
      count++;
      wrong += isWrong;
      if (isWrong) {
        const names = [own, said[frame] as number].map((label) => truth.behaviors[label] ?? 'nothing');
        const pair = pairs.get(names.join('\n')) ?? { truth: names[0] as string, said: names[1] as string, count: 0 };
        pair.count++;
        pairs.set(names.join('\n'), pair);
      }
      const points = known[frame] as number;
      const seen = byKnownPoints[knownStarts.findIndex((start) => points >= start)] as Part;
      for (const list of [isNear[frame] === 1 ? near : far, seen]) {
        list.count++;
        list.wrong += isWrong;
      }
    }
    if (count > 0) accuracies.push(1 - wrong / count);
    const [own, other] = [truth.label, said].map((label) => spansOfRuns(labelRuns(label), truth.behaviors.length));
    for (const [b, spans] of (own ?? []).entries()) {
      const found = new Set(matchBouts(spans, other?.[b] ?? new Float64Array(0)).map(({ reference }) => reference));
      for (let i = 0; i < spans.length / 2; i++) {
        const sec = ((spans[2 * i + 1] as number) - (spans[2 * i] as number)) / assumedFps;
        const list = byDuration[durationEnds.findIndex((end) => sec < end)] as Part;
        list.count++;
        if (!found.has(i)) list.wrong++;
      }
    }
  }
  return {
    frames: near.count + far.count,
    wrong: near.wrong + far.wrong,
    ...{ near, far, byKnownPoints, byDuration },
    byPair: [...pairs.values()].sort((a, b) => b.count - a.count),
    sessions: [0, 0.25, 0.5, 0.75, 1].map((share) => quantile(accuracies, share)),
  };
}

/** Returns the limits as Markdown. */
export function describeLimits({
  frames,
  wrong,
  near,
  far,
  byKnownPoints,
  byDuration,
  byPair,
  sessions,
}: RatLimits): string {
  const rows = (parts: readonly Part[], total: number) =>
    parts.map(({ name, count, wrong: own }) => [name, percent(count / total), percent(own / count)]);
  const bouts = byDuration.reduce((sum, { count }) => sum + count, 0);
  const perfect = (100 * (near.count + far.count - far.wrong)) / frames;
  return [
    `What limits "full" (${percent(wrong / frames)} of ${frames} frames wrong; accuracy of the sessions ${percent(sessions[0] ?? 0)} to ${percent(sessions[4] ?? 0)}, median ${percent(sessions[2] ?? 0)}):`,
    '',
    table(['frames', 'share of all', 'wrong'], [...rows([near, far], frames), ...rows(byKnownPoints, frames)]),
    '',
    table(['scored bouts', 'share of all', 'not found'], rows(byDuration, bouts)),
    '',
    `Of the wrong frames, ${byPair
      .slice(0, 4)
      .map(({ truth, said, count }) => `${percent(count / wrong)} are ${truth} and called ${said}`)
      .join(
        ', ',
      )}. ${percent(near.wrong / wrong)} lie within ${nearSec} s of a change of behavior: with all of those right, ${perfect.toFixed(1)} % of the frames would be. No second person has scored these sessions, so how far people agree on them is not known.`,
  ].join('\n');
}
