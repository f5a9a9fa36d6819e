import type { FamilyOptions } from '@zoopraxis/behavior';
import { z } from 'zod';

/** Returns the field that says what kind of classifier is trained. */
export const familyField = () =>
  z
    .enum(['trees', 'forest', 'logistic', 'temporal', 'mean'])
    .default('trees')
    .describe(
      'boosted trees, random forest, logistic regression, a temporal network, or the mean of boosted trees and temporal network',
    );

/** Returns the settings of the family that was asked for. */
export function familyOf({
  family,
  strategy: asked,
  trees,
}: {
  readonly family: FamilyOptions['kind'];
  readonly strategy?: 'multi-class' | 'one-vs-rest' | undefined;
  readonly trees?: number | undefined;
}): FamilyOptions {
  const strategy = asked === undefined ? {} : { strategy: asked };
  const boosted: FamilyOptions = {
    ...{ kind: 'trees', ...strategy },
    ...(trees === undefined ? {} : { settings: { rounds: trees } }),
  };
  switch (family) {
    case 'trees':
      return boosted;
    case 'forest':
      return { kind: 'forest', ...strategy, ...(trees === undefined ? {} : { trees }) };
    case 'logistic':
      return { kind: 'logistic', ...strategy };
    case 'temporal':
      return { kind: 'temporal' };
    case 'mean':
      return { kind: 'mean', members: [boosted, { kind: 'temporal' }] };
  }
}

/** Tells whether a family trains networks, which need an engine. */
export function hasNetwork(family: FamilyOptions): boolean {
  return family.kind === 'temporal' || (family.kind === 'mean' && family.members.some(hasNetwork));
}
