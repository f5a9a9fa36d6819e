import { type Annotations, createAnnotations, createEthogram, type Ethogram, truthAnnotator } from '@zoopraxis/core';
import type { PhantomBouts } from './behaviors.js';

/** Returns the catalogue of a phantom's behaviors: states, of which an animal shows one at a time. */
export function ethogramOf(behaviors: readonly string[]): Ethogram {
  return createEthogram(
    behaviors.map((name) => ({ name, exclusiveWith: behaviors.filter((other) => other !== name) })),
  );
}

/** Returns the bouts of each subject and target as annotations, those of no target first. */
export function annotateBouts(bouts: PhantomBouts, individuals: readonly string[], fps: number): Annotations[] {
  const all: Annotations[] = [];
  for (const [subject, name] of individuals.entries()) {
    for (let target = -1; target < individuals.length; target++) {
      const rows = Array.from(bouts.subject.keys()).filter(
        (bout) => bouts.subject[bout] === subject && bouts.target[bout] === target,
      );
      if (rows.length === 0) continue;
      const other = individuals[target];
      all.push(
        createAnnotations({
          subject: name,
          ...(other === undefined ? {} : { target: other }),
          annotator: truthAnnotator,
          channel: 'default',
          frameBase: { fps, firstFrame: 0, endIncluded: false },
          behaviors: bouts.behaviors,
          startSec: Float64Array.from(rows, (bout) => bouts.startSec[bout]!),
          endSec: Float64Array.from(rows, (bout) => bouts.endSec[bout]!),
          behavior: Int32Array.from(rows, (bout) => bouts.behavior[bout]!),
        }),
      );
    }
  }
  return all;
}
