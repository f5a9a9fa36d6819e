import { familyName } from '@zoopraxis/behavior';

/** Error of one body point, px. */
export interface KeypointRow {
  readonly keypoint: string;
  readonly points: number | null;
  readonly missed: number | null;
  readonly meanErrorPx: number | null;
  readonly medianErrorPx: number | null;
  readonly p95ErrorPx: number | null;
}

/** A labeled image in which a model is far off. */
export interface WorstImage {
  readonly group: string;
  readonly file: string;
  readonly frame: number | null;
  readonly individual: string | null;
  readonly keypoint: string | null;
  readonly meanErrorPx: number | null;
  readonly largestErrorPx: number | null;
  /** By keypoint in the order of the skeleton, list; empty in cards of earlier versions. */
  readonly points: readonly {
    readonly labeled: readonly [number, number] | null;
    readonly predicted: readonly [number, number] | null;
    readonly confidence: number | null;
  }[];
}

/** What the card of a pose model says of it. */
export interface PoseFacts {
  readonly network: string;
  /** Name and value, for people; list. */
  readonly training: readonly (readonly [string, string])[];
  readonly frames: number | null;
  readonly meanErrorPx: number | null;
  readonly medianErrorPx: number | null;
  /** Share of points within each radius in px, list. */
  readonly within: readonly { readonly radiusPx: number; readonly share: number }[];
  /** Share of points within each radius, each of shape `[radius]`; null where the card has none. */
  readonly curve: { readonly radiusPx: readonly number[]; readonly share: readonly number[] } | null;
  readonly keypoints: readonly KeypointRow[];
  readonly worst: readonly WorstImage[];
  readonly isSynthetic: boolean;
}

/** Scores of one behavior, each 0..1 or null where it is not defined. */
export interface BehaviorRow {
  readonly behavior: string;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly boutF1: number | null;
  /** Frames of it in the truth. */
  readonly support: number | null;
}

/** How well a classifier met the truth. */
export interface BehaviorFacts {
  readonly macroF1: number | null;
  readonly accuracy: number | null;
  /** Recordings of these that the model learned from: then it is no test; list. */
  readonly learnedFrom: readonly string[];
  readonly rows: readonly BehaviorRow[];
  /** Shape of `counts`: `[true behavior, predicted behavior]`. */
  readonly confusion: { readonly classes: readonly string[]; readonly counts: readonly (readonly number[])[] } | null;
  /** Precision over recall of each behavior, each of shape `[threshold]`; NaN = not defined. */
  readonly curves: readonly {
    readonly name: string;
    readonly recall: readonly number[];
    readonly precision: readonly number[];
  }[];
}

type Record_ = Readonly<Record<string, unknown>>;

const record = (value: unknown): Record_ =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record_) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** Returns a pair of numbers, or null. */
const place = (value: unknown): readonly [number, number] | null => {
  const [x, y] = list(value);
  return typeof x === 'number' && typeof y === 'number' ? [x, y] : null;
};

const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const numbers = (value: unknown): number[] => list(value).map((item) => number(item) ?? Number.NaN);

/** Returns what a card, or the numbers of an evaluation, say of the errors of a pose model. */
function errorsOf(measured: Record_): Omit<PoseFacts, 'network' | 'training' | 'isSynthetic'> {
  const curve = record(measured.pckCurve);
  const [radiusPx, share] = [numbers(curve.radiusPx), numbers(curve.share)];
  return {
    frames: number(measured.frames),
    meanErrorPx: number(measured.meanErrorPx),
    medianErrorPx: number(measured.medianErrorPx),
    within: Object.entries(record(measured.pck))
      .flatMap(([radius, value]) => {
        const [radiusPx, share] = [Number(radius), number(value)];
        return Number.isFinite(radiusPx) && share !== null ? [{ radiusPx, share }] : [];
      })
      .sort((a, b) => a.radiusPx - b.radiusPx),
    curve: radiusPx.length > 1 && radiusPx.length === share.length ? { radiusPx, share } : null,
    keypoints: Object.entries(record(measured.perKeypoint)).map(([keypoint, value]) => {
      const row = record(value);
      return {
        keypoint,
        points: number(row.labeledPoints),
        missed: number(row.missedPoints),
        meanErrorPx: number(row.meanErrorPx),
        medianErrorPx: number(row.medianErrorPx),
        p95ErrorPx: number(row.p95ErrorPx),
      };
    }),
    worst: list(measured.worst).flatMap((value) => {
      const row = record(value);
      const [group, file] = [text(row.group), text(row.file)];
      if (group === null || file === null) return [];
      return [
        {
          group,
          file,
          frame: number(row.frame),
          individual: text(row.individual),
          keypoint: text(row.keypoint),
          meanErrorPx: number(row.meanErrorPx),
          largestErrorPx: number(row.largestErrorPx),
          points: Object.values(record(row.points)).map((value) => {
            const point = record(value);
            return {
              labeled: place(point.labeled),
              predicted: place(point.predicted),
              confidence: number(point.confidence),
            };
          }),
        },
      ];
    }),
  };
}

/** Returns what the card of a pose model says, with the newer numbers of an evaluation where there are some; null for another card. */
export function poseFacts(given: unknown, evaluation?: unknown): PoseFacts | null {
  const card = record(given);
  if (card.format !== 'zoopraxis-pose-model') return null;
  const [training, data] = [record(card.training), record(card.data)];
  const own = record(record(card.metrics).heldOut);
  const measured = { ...own, ...record(evaluation) };
  const count = (value: unknown) => list(value).length;
  const said = (name: string, value: string | number | null): (readonly [string, string])[] =>
    value === null || value === '' ? [] : [[name, typeof value === 'number' ? value.toLocaleString('en-US') : value]];
  return {
    network: text(record(card.network).name) ?? 'unknown',
    training: [
      ...said('steps', number(training.stepsTaken)),
      ...said('ended', text(training.ended)),
      ...said('began with', text(training.start)),
      ...said('weights', text(training.weights)),
      ...said('images to learn', count(data.trainImages)),
      ...said('images held out', count(data.heldOutImages)),
      ...said('groups held out', list(data.heldOutGroups).filter(text).join(', ')),
      ...said('seed', number(training.seed)),
    ],
    ...errorsOf(measured),
    isSynthetic: card.synthetic === true,
  };
}

/** Returns the scores of an evaluation of behavior; null where it is none. */
export function behaviorFacts(evaluation: unknown): BehaviorFacts | null {
  const found = record(evaluation);
  const perBehavior = Object.entries(record(found.perBehavior));
  if (perBehavior.length === 0) return null;
  const classes = list(found.behaviors).flatMap((name) => text(name) ?? []);
  const counts = list(found.confusion).map(numbers);
  const isSquare =
    classes.length > 0 && counts.length === classes.length && counts.every((row) => row.length === classes.length);
  return {
    macroF1: number(found.macroF1),
    accuracy: number(found.accuracy),
    learnedFrom: list(found.trainedOn).flatMap((name) => text(name) ?? []),
    rows: perBehavior.map(([behavior, value]) => {
      const row = record(value);
      return {
        behavior,
        precision: number(row.precision),
        recall: number(row.recall),
        f1: number(row.f1),
        boutF1: number(row.boutF1),
        support: number(row.support),
      };
    }),
    confusion: isSquare ? { classes, counts } : null,
    curves: Object.entries(record(found.curves)).flatMap(([name, value]) => {
      const curve = record(value);
      const [recall, precision] = [numbers(curve.recall), numbers(curve.precision)];
      return recall.length > 1 && recall.length === precision.length ? [{ name, recall, precision }] : [];
    }),
  };
}

/** Returns what the card of a classifier says of its training: name and value, for people; list. */
export function behaviorTraining(given: unknown): (readonly [string, string])[] {
  const model = record(given);
  const card = record(model.card);
  const family = familyName(record(card.settings).family);
  const names = list(card.trainedOn).flatMap((name) => text(name) ?? []);
  const smoother = text(record(record(model.decision).smoother).kind);
  return [
    ...(family === undefined ? [] : [['kind', family] as const]),
    ...(smoother === null ? [] : [['labels smoothed by', smoother] as const]),
    ...(names.length === 0 ? [] : [['learned from', `${names.length} recordings: ${someOf(names)}`] as const]),
    ...(list(model.columns).length === 0 ? [] : [['features', String(list(model.columns).length)] as const]),
  ];
}

const someOf = (names: readonly string[]) =>
  names.length <= 4 ? names.join(', ') : `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`;
