import type { LearningPoint, TrainingOptions, TrainingRecording } from '@zoopraxis/behavior';
import { type ByteStore, StorageError } from '@zoopraxis/core';
import type { LabelCountCurveData } from '@zoopraxis/figures';
import { z } from 'zod';

/** What is made scarcer. */
export const curveKinds = ['recordings', 'bouts', 'frames'] as const;

/** Shares of the training data that are learned from, one after another. */
export const curveShares = [0.05, 0.1, 0.2, 0.4, 0.7, 1] as const;

const score = z.number().nullable();

/** Schema of one learning curve: scores on the same held-out recordings by the amount of scoring that was learned from. */
export const learningCurveSchema = z.object({
  by: z.enum(curveKinds),
  /** Recordings that were tested on at each point. */
  tested: z.array(z.string()),
  points: z.array(
    z.object({
      share: z.number(),
      recordings: z.int(),
      macroF1: score,
      macroBoutF1: score,
      /** Frames and bouts that were learned from, and the scores on the tested recordings. */
      perBehavior: z.record(z.string(), z.object({ frames: z.int(), bouts: z.int(), f1: score, boutF1: score })),
    }),
  ),
});

/** A learning curve. */
export type LearningCurve = z.output<typeof learningCurveSchema>;

/**
 * Returns how scores grow with the amount of scoring, one curve for each kind. Points are kept in the store until all is done,
 * so that an interrupted training goes on behind them.
 * @throws StorageError where there are fewer than three groups.
 */
export async function measureLearningCurves(
  behavior: typeof import('@zoopraxis/behavior'),
  recordings: readonly TrainingRecording[],
  {
    kinds,
    training,
    store,
    onPoint,
  }: {
    readonly kinds: readonly LearningCurve['by'][];
    readonly training: TrainingOptions;
    readonly store: ByteStore;
    /** Told how many points of all curves are done. */
    readonly onPoint: (done: number) => void;
  },
): Promise<LearningCurve[]> {
  const known = new Map(recordings.map((recording) => [recording.id, recording]));
  const curves: LearningCurve[] = [];
  for (const [index, by] of kinds.entries()) {
    const options = { ...training, by, shares: curveShares, store };
    const points = await behavior
      .learningCurve(recordings, {
        ...options,
        onPoint: (_, { done }) => onPoint(index * curveShares.length + done),
      })
      .catch((error: unknown) => {
        if (!(error instanceof RangeError && error.message.startsWith('behaviors:'))) throw error;
        throw new StorageError(`a part of the recordings has too little to learn from: ${error.message}`, {
          hint: 'Score more recordings, or leave --learning-curve out.',
        });
      });
    curves.push({
      by,
      tested: (points[0]?.tests ?? []).map(({ id }) => id),
      points: points.map((point) => measurePoint(behavior, point, known)),
    });
  }
  return curves;
}

function measurePoint(
  { evaluateBehavior }: typeof import('@zoopraxis/behavior'),
  { share, counts, recordingCount, behaviors, tests }: LearningPoint,
  known: ReadonlyMap<string, TrainingRecording>,
): LearningCurve['points'][number] {
  const own = tests.map(({ id }) => known.get(id) as TrainingRecording);
  const names = new Set([...own.flatMap(({ truth }) => truth.behaviors), ...behaviors]);
  const { macroF1, macroBoutF1, perBehavior } = evaluateBehavior(
    own.map(({ truth }) => truth),
    tests.map(({ predicted }) => predicted),
    {
      recordings: tests.map(({ id }) => id),
      timeBases: own.map(({ features }) => features.timeBase),
      scoredBehaviors: own.map(({ scoredBehaviors }) => scoredBehaviors),
      background: [...names].filter((name) => name === 'other'),
      resampleCount: 0,
    },
  );
  const counted = new Map(counts.map((count) => [count.name, count]));
  return {
    share,
    recordings: recordingCount,
    macroF1,
    macroBoutF1,
    perBehavior: Object.fromEntries(
      [...names]
        .filter((name) => name !== 'other')
        .map((name) => [
          name,
          {
            frames: counted.get(name)?.frameCount ?? 0,
            bouts: counted.get(name)?.boutCount ?? 0,
            f1: perBehavior[name]?.f1 ?? null,
            boutF1: perBehavior[name]?.boutF1 ?? null,
          },
        ]),
    ),
  };
}

const countNames = { recordings: 'recordings', bouts: 'scored bouts', frames: 'scored frames' } as const;

/** Returns what figures draw of a learning curve: F1 by frames and, but where single frames were learned from, by bouts. */
export function curveFigures({ by, points }: LearningCurve): LabelCountCurveData[] {
  const names = Object.keys(points.at(-1)?.perBehavior ?? {});
  const of = (what: 'f1' | 'boutF1'): LabelCountCurveData => ({
    measure: what === 'f1' ? 'F1 by frames' : 'F1 by bouts',
    countName: countNames[by],
    curves: names.map((name) => ({
      name,
      points: points.flatMap(({ recordings, perBehavior }) => {
        const own = perBehavior[name];
        if (own === undefined) return [];
        return [{ count: by === 'recordings' ? recordings : own[by], values: [own[what] ?? Number.NaN] }];
      }),
    })),
  });
  return by === 'frames' ? [of('f1')] : [of('f1'), of('boutF1')];
}
