import {
  annotatorsOf,
  type ChanceAgreement,
  compareScorings,
  compareSelfAndOthers,
  findOutlyingAnnotators,
  measureChanceAgreement,
  type OutlyingAnnotator,
  type ScoredRecording,
  type ScoringComparison,
  type SelfAndOthers,
  sharedBehaviors,
} from '@zoopraxis/behavior';
import { StorageError } from '@zoopraxis/core';
import type { RecordedAnnotations } from '@zoopraxis/io';

/** How scorings are compared. */
export interface CompareOptions {
  /** Second scorings of the same people. */
  readonly rescored?: readonly RecordedAnnotations[];
  /** Behaviors to compare; default all that two people scored. */
  readonly behaviors?: readonly string[] | undefined;
  /** Whom the others are measured against, beside the majority. */
  readonly reference?: string | undefined;
  /** Overlap from which two bouts are the same, time in both divided by time in either; default 0.5. */
  readonly minimumOverlap?: number;
  /** Moments a second at which agreement beyond chance is told. */
  readonly fps: number;
}

/** How people agree on a behavior. */
export interface BehaviorAgreement extends ScoringComparison {
  /** Left out where nobody scored twice. */
  readonly selfAndOthers?: SelfAndOthers;
  readonly outlying: readonly OutlyingAnnotator[];
}

/** How people agree. */
export interface ScoringAgreements {
  readonly recordings: readonly ScoredRecording[];
  readonly annotators: readonly string[];
  readonly behaviors: readonly BehaviorAgreement[];
  /** On all behaviors together; undefined where they are no two people's. */
  readonly chance: ChanceAgreement;
  /** Behaviors that one person alone scored, with the name. */
  readonly unshared: readonly { readonly behavior: string; readonly annotator: string }[];
  /** Recordings that one person alone scored. */
  readonly alone: readonly string[];
}

/**
 * Returns recordings with the scorings of all people, one for each animal and target.
 * @throws StorageError where a person has several channels of one recording.
 */
export function scoredRecordings(
  streams: readonly RecordedAnnotations[],
  rescored: readonly RecordedAnnotations[],
  fps: number,
): ScoredRecording[] {
  const keyOf = ({ recording, annotations: { subject, target } }: RecordedAnnotations) =>
    JSON.stringify([recording, subject === recording ? '' : subject, target ?? '']);
  const groups = new Map<string, RecordedAnnotations[]>();
  for (const stream of streams) groups.set(keyOf(stream), [...(groups.get(keyOf(stream)) ?? []), stream]);
  const again = new Map<string, RecordedAnnotations[]>();
  for (const stream of rescored) again.set(keyOf(stream), [...(again.get(keyOf(stream)) ?? []), stream]);
  const several = new Map<string, number>();
  for (const [{ recording }] of [...groups.values()] as [RecordedAnnotations][]) {
    several.set(recording, (several.get(recording) ?? 0) + 1);
  }
  return [...groups]
    .map(([key, group]) => {
      const second = again.get(key) ?? [];
      for (const list of [group, second]) refuseSeveral(list);
      const [first] = group as [RecordedAnnotations];
      const { subject, target } = first.annotations;
      const animal = `${subject}${target === undefined ? '' : ` to ${target}`}`;
      const all = [...group, ...second];
      const watched = all.flatMap(({ observedSec }) => (observedSec === undefined ? [] : [observedSec]));
      // Where nobody says how long the recording was, its last bout is its end.
      const last = all.reduce((end, { annotations }) => annotations.endSec.reduce((a, b) => Math.max(a, b), end), 0);
      const startSec = watched.length === 0 ? 0 : Math.max(...watched.map(([from]) => from));
      const endSec = Math.max(startSec, watched.length === 0 ? last : Math.min(...watched.map(([, to]) => to)));
      return {
        recording: (several.get(first.recording) ?? 0) > 1 ? `${first.recording}, ${animal}` : first.recording,
        scored: { startSec, endSec },
        timeBase: { frameCount: Math.max(1, Math.round(endSec * fps)), fps },
        annotations: group.map(({ annotations }) => annotations),
        ...(second.length === 0 ? {} : { rescored: second.map(({ annotations }) => annotations) }),
      };
    })
    .sort((a, b) => (a.recording < b.recording ? -1 : 1));
}

function refuseSeveral(group: readonly RecordedAnnotations[]): void {
  const seen = new Map<string, string>();
  for (const { recording, annotations } of group) {
    const { annotator, channel } = annotations;
    const before = seen.get(annotator);
    if (before === undefined) {
      seen.set(annotator, channel);
      continue;
    }
    throw new StorageError(
      before === channel
        ? `${recording} is scored twice by ${annotator}`
        : `${recording} has several channels by ${annotator}: ${before}, ${channel}`,
      {
        hint:
          before === channel
            ? 'Name who scored each file with --annotators, or give the second scoring with --rescored.'
            : 'Choose one with --channel.',
      },
    );
  }
}

/**
 * Returns how people agree on each behavior and on all together.
 * @throws StorageError where no recording was scored by two people, or they share no behavior.
 */
export function agreementsOf(streams: readonly RecordedAnnotations[], options: CompareOptions): ScoringAgreements {
  const { rescored = [], reference, minimumOverlap, fps } = options;
  const all = scoredRecordings(streams, rescored, fps);
  const recordings = all.filter(({ annotations, rescored: second }) => annotations.length + (second?.length ?? 0) > 1);
  const annotators = annotatorsOf(recordings);
  if (recordings.length === 0) {
    throw new StorageError('no recording was scored by two people', {
      hint: `Recordings are ${all
        .slice(0, 4)
        .map(({ recording }) => recording)
        .join(', ')}. Files of one recording have the same name, in a folder for each person.`,
    });
  }
  if (reference !== undefined && !annotators.includes(reference)) {
    throw new StorageError(`nobody is called ${reference}`, {
      hint: `--reference is one of ${annotators.join(', ')}.`,
    });
  }
  const shared = sharedBehaviors(
    recordings.map((of) => ({ ...of, annotations: [...of.annotations, ...(of.rescored ?? [])] })),
  );
  const wanted = options.behaviors ?? shared;
  const absent = wanted.find((name) => !shared.includes(name));
  if (absent !== undefined || wanted.length === 0) {
    throw new StorageError(
      absent === undefined ? 'no behavior was scored by two people' : `no two people scored ${absent}`,
      {
        hint: `${shared.length === 0 ? 'Check the names of behaviors' : `Shared are ${shared.join(', ')}`}; --scored names behaviors that all looked for.`,
      },
    );
  }
  const hasSecond = recordings.some((of) => (of.rescored?.length ?? 0) > 0);
  const behaviors = wanted.map((behavior): BehaviorAgreement => {
    const comparison = compareScorings(recordings, {
      behavior,
      ...(reference === undefined ? {} : { reference }),
      ...(minimumOverlap === undefined ? {} : { minimumOverlap }),
    });
    return {
      ...comparison,
      ...(hasSecond ? { selfAndOthers: compareSelfAndOthers(recordings, { behavior }) } : {}),
      outlying: findOutlyingAnnotators(comparison),
    };
  });
  const scorers = new Map<string, Set<string>>();
  for (const { annotations } of recordings) {
    for (const one of annotations) {
      for (const name of one.behaviors) scorers.set(name, (scorers.get(name) ?? new Set()).add(one.annotator));
    }
  }
  return {
    recordings,
    annotators,
    behaviors,
    chance: measureChanceAgreement(recordings, wanted),
    unshared: [...scorers]
      .filter(([name]) => !shared.includes(name))
      .map(([behavior, who]) => ({ behavior, annotator: [...who][0] as string }))
      .sort((a, b) => (a.behavior < b.behavior ? -1 : 1)),
    alone: all.filter((of) => !recordings.includes(of)).map(({ recording }) => recording),
  };
}
