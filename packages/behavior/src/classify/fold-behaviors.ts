import { type Ethogram, lineage } from '@zoopraxis/core';
import { type FrameTruth, unscoredLabel } from '../evaluate/frame-truth-type.js';

/** Fine behaviors by name, and the coarser one each counts as: `{ 'sniff face': 'investigation' }`. */
export type CoarseNames = Readonly<Record<string, string>>;

/** How fine behaviors become coarse ones. */
export interface FoldRules {
  /** Goes before the ethogram. */
  readonly coarse?: CoarseNames;
  readonly ethogram?: Ethogram | undefined;
}

/**
 * Returns a behavior and what it counts as, finest first: by the given names, then by `partOf` of the ethogram.
 * @throws RangeError where the names go round in a circle.
 */
export function foldBehavior(name: string, { coarse = {}, ethogram }: FoldRules): string[] {
  const line: string[] = [];
  for (let at: string | undefined = name; at !== undefined; ) {
    if (line.includes(at))
      throw new RangeError(`coarse: must not go round in a circle, got ${[...line, at].join(' -> ')}`);
    line.push(at);
    const here: string = at;
    at = Object.hasOwn(coarse, here)
      ? coarse[here]
      : ethogram?.behaviors.some((item) => item.name === here)
        ? lineage(ethogram, here)[1]
        : undefined;
  }
  return line;
}

/**
 * Returns labels with fine behaviors folded into those asked for: each into the finest of its line that is in `behaviors`.
 * Frames of a behavior that folds into none of them become `background`, or not scored where there is none.
 *
 * @throws RangeError for a background that is not one of the behaviors.
 */
export function foldTruth(
  truth: FrameTruth,
  options: FoldRules & { readonly behaviors: readonly string[]; readonly background?: string },
): FrameTruth {
  const { behaviors, background } = options;
  if (background !== undefined && !behaviors.includes(background)) {
    throw new RangeError(`background: must be one of ${behaviors.join(', ')}, got ${background}`);
  }
  const rest = background === undefined ? unscoredLabel : behaviors.indexOf(background);
  const index = truth.behaviors.map((name) => {
    const found = foldBehavior(name, options).find((candidate) => behaviors.includes(candidate));
    return found === undefined ? rest : behaviors.indexOf(found);
  });
  return { behaviors, label: truth.label.map((label) => index[label] ?? unscoredLabel) };
}
