import type { BoutView } from 'zoopraxis';
import type { Exclusions } from './exclusions.js';

/** What an edit does to the bouts of one stream. */
export interface BoutChange {
  /** Ids. */
  readonly remove: readonly string[];
  readonly add: readonly BoutView[];
}

/** What edits of a stream keep to. */
export interface EditRules {
  readonly exclusions: Pick<Exclusions, 'excludes' | 'isPoint'>;
  /** Times closer than this are the same, seconds: a hundredth of a frame. */
  readonly slackSec: number;
  readonly newId: () => string;
}

const isInstant = ({ startSec, endSec }: BoutView) => endSec <= startSec;
const byStart = (a: BoutView, b: BoutView) => a.startSec - b.startSec || a.endSec - b.endSec;

/** Returns the difference between two states of a stream. */
export function changeBetween(before: readonly BoutView[], after: readonly BoutView[]): BoutChange {
  const kept = new Map(after.map((bout) => [bout.id, bout]));
  const remove = before.filter((bout) => kept.get(bout.id) !== bout).map(({ id }) => id);
  const known = new Set(before);
  return { remove, add: after.filter((bout) => !known.has(bout)) };
}

/** Returns a stream after a change, ascending by start. */
export function applyChange(bouts: readonly BoutView[], { remove, add }: BoutChange): BoutView[] {
  const gone = new Set(remove);
  return [...bouts.filter(({ id }) => !gone.has(id)), ...add].sort(byStart);
}

/** Tells whether a change does nothing. */
export const isNothing = ({ remove, add }: BoutChange): boolean => remove.length === 0 && add.length === 0;

interface Stretch {
  readonly startSec: number;
  readonly endSec: number;
}

/** Returns bouts without a stretch of time: what reaches into it is cut, what lies on both sides becomes two. */
function without(
  bouts: readonly BoutView[],
  stretch: Stretch,
  { slackSec, newId }: EditRules,
  isMeant: (bout: BoutView) => boolean,
): BoutView[] {
  const { startSec, endSec } = stretch;
  return bouts.flatMap((bout) => {
    if (bout.startSec >= endSec - slackSec || !isMeant(bout)) return [bout];
    if (isInstant(bout)) return bout.startSec >= startSec - slackSec ? [] : [bout];
    if (bout.endSec <= startSec + slackSec) return [bout];
    const before = bout.startSec < startSec - slackSec ? { ...bout, endSec: startSec } : undefined;
    const after = bout.endSec > endSec + slackSec ? { ...bout, startSec: endSec } : undefined;
    if (before !== undefined && after !== undefined) return [before, { ...after, id: newId() }];
    return [before ?? after].filter((part) => part !== undefined);
  });
}

/**
 * Returns bouts with one more: those that it excludes make room, those of its own behavior that it overlaps (or touches, where
 * `joinsTouching`) become one with it.
 */
function withBout(
  bouts: readonly BoutView[],
  bout: BoutView,
  rules: EditRules,
  { joinsTouching, keepsId }: { readonly joinsTouching: boolean; readonly keepsId: boolean },
): BoutView[] {
  const { exclusions, slackSec } = rules;
  const reach = joinsTouching ? slackSec : -slackSec;
  if (isInstant(bout)) {
    const isThere = bouts.some(
      (other) =>
        other.behavior === bout.behavior && isInstant(other) && Math.abs(other.startSec - bout.startSec) <= slackSec,
    );
    return isThere ? [...bouts] : [...bouts, bout];
  }
  const meets = (other: BoutView) =>
    other.behavior === bout.behavior &&
    !isInstant(other) &&
    other.startSec <= bout.endSec + reach &&
    other.endSec >= bout.startSec - reach;
  const own = bouts.filter(meets);
  const grown = joined([...own, bout], keepsId ? bout : (own[0] ?? bout));
  const others = bouts.filter((other) => !meets(other));
  const room = without(
    others,
    bout,
    rules,
    (other) => !isInstant(other) && exclusions.excludes(bout.behavior, other.behavior),
  );
  return [...room, grown];
}

/** Returns one bout over several, with the id of the first, all their modifiers, and no probability, which was that of a part. */
function joined(parts: readonly BoutView[], first: BoutView): BoutView {
  if (parts.length === 1) return first;
  const modifiers = [...new Set(parts.flatMap((part) => part.modifiers ?? []))];
  const { id, behavior } = first;
  return {
    id,
    behavior,
    startSec: Math.min(...parts.map(({ startSec }) => startSec)),
    endSec: Math.max(...parts.map(({ endSec }) => endSec)),
    ...(modifiers.length > 0 ? { modifiers } : {}),
  };
}

/** Returns what adds a bout, see {@link EditRules}: the newest wins where behaviors exclude each other. */
export function insertBout(bouts: readonly BoutView[], bout: BoutView, rules: EditRules): BoutChange {
  return changeBetween(bouts, withBout(bouts, bout, rules, { joinsTouching: true, keepsId: false }));
}

/** Returns a stream (ascending by start) with many bouts more, as {@link insertBout} adds each; linear where few overlap. */
export function insertMany(bouts: readonly BoutView[], added: readonly BoutView[], rules: EditRules): BoutView[] {
  const finished: BoutView[] = [];
  let active: BoutView[] = [];
  let next = 0;
  for (const bout of [...added].sort(byStart)) {
    for (; next < bouts.length; next++) {
      const waiting = bouts[next] as BoutView;
      if (waiting.startSec > bout.endSec + rules.slackSec) break;
      active.push(waiting);
    }
    const isOver = ({ endSec }: BoutView) => endSec < bout.startSec - rules.slackSec;
    finished.push(...active.filter(isOver));
    const near = active.filter((other) => !isOver(other));
    active = withBout(near, bout, rules, { joinsTouching: true, keepsId: false }).sort(byStart);
  }
  return [...finished, ...active, ...bouts.slice(next)].sort(byStart);
}

/** Returns what removes bouts. */
export function eraseBouts(ids: readonly string[]): BoutChange {
  return { remove: ids, add: [] };
}

/** Returns what empties a stretch of time; bouts that reach out of it are cut. */
export function eraseStretch(
  bouts: readonly BoutView[],
  stretch: { readonly startSec: number; readonly endSec: number },
  rules: EditRules,
): BoutChange {
  return changeBetween(
    bouts,
    without(bouts, stretch, rules, () => true),
  );
}

/** Returns what replaces a bout by a changed one that keeps its id; a probability does not hold for what a person changed. */
function replaceBout(
  bouts: readonly BoutView[],
  bout: BoutView,
  change: Partial<BoutView>,
  rules: EditRules,
  joinsTouching: boolean,
): BoutChange {
  const { probability: _, ...rest } = bout;
  const others = bouts.filter(({ id }) => id !== bout.id);
  return changeBetween(bouts, withBout(others, { ...rest, ...change }, rules, { joinsTouching, keepsId: true }));
}

/** Returns what moves start and end of a bout; null where nothing of it would be left. */
export function setEdges(
  bouts: readonly BoutView[],
  bout: BoutView,
  edges: Partial<Stretch>,
  rules: EditRules,
): BoutChange | null {
  const { startSec, endSec } = { ...bout, ...edges };
  if (!isInstant(bout) && endSec - startSec <= rules.slackSec) return null;
  if (isInstant(bout) && endSec !== startSec) return null;
  if (Math.abs(startSec - bout.startSec) <= rules.slackSec && Math.abs(endSec - bout.endSec) <= rules.slackSec) {
    return { remove: [], add: [] };
  }
  return replaceBout(bouts, bout, { startSec, endSec }, rules, false);
}

/** Returns what cuts a bout in two; null where one side would be empty. */
export function splitBout(bout: BoutView, atSec: number, { slackSec, newId }: EditRules): BoutChange | null {
  if (atSec <= bout.startSec + slackSec || atSec >= bout.endSec - slackSec) return null;
  const { probability: _, ...rest } = bout;
  return {
    remove: [bout.id],
    add: [
      { ...rest, endSec: atSec },
      { ...rest, id: newId(), startSec: atSec },
    ],
  };
}

/** Returns what makes bouts of one behavior one, with all that lies between them; null for fewer than two. */
export function mergeBouts(
  bouts: readonly BoutView[],
  chosen: readonly BoutView[],
  rules: EditRules,
): BoutChange | null {
  const [first] = chosen;
  if (first === undefined || chosen.length < 2 || chosen.some(({ behavior }) => behavior !== first.behavior))
    return null;
  const gone = new Set(chosen.map(({ id }) => id));
  const earliest = [...chosen].sort(byStart)[0] as BoutView;
  const others = bouts.filter(({ id }) => !gone.has(id));
  const whole = joined(chosen, earliest);
  return changeBetween(bouts, withBout(others, whole, rules, { joinsTouching: false, keepsId: true }));
}

/** Returns what gives a bout another behavior; null where one lasts and the other is an instant. */
export function relabelBout(
  bouts: readonly BoutView[],
  bout: BoutView,
  behavior: string,
  rules: EditRules,
): BoutChange | null {
  if (rules.exclusions.isPoint(behavior) !== isInstant(bout)) return null;
  if (behavior === bout.behavior) return { remove: [], add: [] };
  return replaceBout(bouts, bout, { behavior }, rules, true);
}
