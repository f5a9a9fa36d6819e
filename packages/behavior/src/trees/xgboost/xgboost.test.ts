import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { FormatError } from '@zoopraxis/core';
import { describe, expect, test } from 'vitest';
import { featureImportance, type ImportanceKind } from '../explain/feature-importance.js';
import { treeShap } from '../explain/tree-shap.js';
import { predictTrees } from '../model/predict.js';
import { treeEnsembleFromXgboost } from './read-xgboost.js';
import { floatText, treeEnsembleToXgboost } from './write-xgboost.js';

interface References {
  readonly xgboost: string;
  readonly rows: number;
  readonly values: readonly (readonly (number | null)[])[];
  readonly cases: readonly {
    readonly name: string;
    readonly model: string;
    readonly margin: readonly number[];
    readonly probability: readonly number[];
    readonly contributions: readonly number[];
    readonly importance: Readonly<Record<string, readonly number[]>>;
  }[];
}

const read = (name: string): References => JSON.parse(readFileSync(resolve('test/reference/trees', name), 'utf8'));
const layouts = [
  { layout: 1, references: read('xgboost-1.json') },
  { layout: 3, references: read('xgboost-3.json') },
] as const;

/** Largest difference of lists of numbers, of those above 1 as a share. */
function difference(ours: ArrayLike<number>, theirs: readonly number[]): number {
  expect(ours.length).toBe(theirs.length);
  return theirs.reduce(
    (most, value, i) => Math.max(most, Math.abs((ours[i] as number) - value) / Math.max(1, Math.abs(value))),
    0,
  );
}

describe.each(layouts)('models of XGBoost $references.xgboost', ({ layout, references }) => {
  const values = Float32Array.from(references.values.flat(), (value) => value ?? Number.NaN);

  describe.each(references.cases)('$name', ({ model: text, ...theirs }) => {
    const model = treeEnsembleFromXgboost(text);

    test('come out of our writer byte for byte', () => {
      const told = text.replace('"boost_from_average":"0"', '"boost_from_average":"1"');
      expect(treeEnsembleToXgboost(model, { layout }) === told).toBe(true);
    });

    // XGBoost adds in 32 bits; sums of a dozen leaves differ in the seventh digit.
    test('predict the same to 1e-6, missing values too', () => {
      expect(
        difference(predictTrees(model, values, references.rows, { output: 'margin' }), theirs.margin),
      ).toBeLessThan(1e-6);
      expect(difference(predictTrees(model, values, references.rows), theirs.probability)).toBeLessThan(1e-6);
    });

    test('are explained by the same contributions', () => {
      expect(difference(treeShap(model, values, references.rows), theirs.contributions)).toBeLessThan(5e-6);
    });

    test('have the same importances', () => {
      const kinds: Record<string, ImportanceKind> = {
        weight: 'weight',
        gain: 'gain',
        cover: 'cover',
        total_gain: 'totalGain',
        total_cover: 'totalCover',
      };
      for (const [kind, expected] of Object.entries(theirs.importance))
        expect(difference(featureImportance(model, kinds[kind]), expected)).toBeLessThan(1e-5);
    });
  });
});

test('numbers are written with the fewest digits that give the same 32 bits back', () => {
  expect([0, -0, 1, 100, 0.1, -0.25, 1e-45, 6275.28125, 3.4028234663852886e38, 14.85].map(floatText)).toEqual([
    '0E0',
    '-0E0',
    '1E0',
    '1E2',
    '1E-1',
    '-2.5E-1',
    '1E-45',
    '6.2752812E3',
    '3.4028235E38',
    '1.485E1',
  ]);
  expect(() => floatText(Number.NaN)).toThrow(RangeError);
});

describe('a file that is no such model', () => {
  const [whole] = layouts[1].references.cases;
  type Tree = Record<string, number[]>;
  const broken = (change: (learner: never, tree: Tree) => void): string => {
    const file = JSON.parse((whole as { model: string }).model);
    change(file.learner as never, file.learner.gradient_booster.model.trees[1]);
    return JSON.stringify(file);
  };

  test.each<[string, string | Uint8Array, string]>([
    ['binary', Uint8Array.of(0x7b, 0x4c, 0), 'byte 0'],
    ['nothing', '{}', 'learner'],
    [
      'dart',
      broken((l: { gradient_booster: { name: string } }) => {
        l.gradient_booster.name = 'dart';
      }),
      'learner.gradient_booster.name',
    ],
    [
      'another objective',
      broken((l: { objective: { name: string } }) => {
        l.objective.name = 'rank:ndcg';
      }),
      'learner.objective.name',
    ],
    [
      'a base score that is no probability',
      broken((l: { learner_model_param: { base_score: string } }) => {
        l.learner_model_param.base_score = '2E0';
      }),
      'learner.learner_model_param.base_score',
    ],
    [
      'many columns',
      broken((l: { learner_model_param: { num_feature: string } }) => {
        l.learner_model_param.num_feature = '99999999999';
      }),
      'learner.learner_model_param.num_feature',
    ],
    [
      'many outputs',
      broken((l: { learner_model_param: { num_target: string } }) => {
        l.learner_model_param.num_target = '9000000';
      }),
      'learner.learner_model_param.num_target',
    ],
    [
      'a circle',
      broken((_, tree) => {
        (tree.left_children as number[])[1] = 0;
      }),
      'learner.gradient_booster.model.trees[1].left_children[1]',
    ],
    [
      'two ways to a node',
      broken((_, tree) => {
        (tree.right_children as number[])[0] = 1;
      }),
      'learner.gradient_booster.model.trees[1].left_children[0]',
    ],
    [
      'one child',
      broken((_, tree) => {
        (tree.right_children as number[])[0] = -1;
      }),
      'learner.gradient_booster.model.trees[1].left_children[0]',
    ],
    [
      'a child that is not there',
      broken((_, tree) => {
        (tree.right_children as number[])[0] = 4000;
      }),
      'learner.gradient_booster.model.trees[1].right_children[0]',
    ],
    [
      'a column that is not there',
      broken((_, tree) => {
        (tree.split_indices as number[])[0] = 5;
      }),
      'learner.gradient_booster.model.trees[1].split_indices[0]',
    ],
    [
      'a list that is cut off',
      broken((_, tree) => {
        tree.split_conditions?.pop();
      }),
      'learner.gradient_booster.model.trees[1].split_conditions',
    ],
    [
      'numbers beyond 32 bits',
      broken((_, tree) => {
        (tree.split_conditions as number[])[0] = 1e300;
      }),
      'learner.gradient_booster.model.trees[1].split_conditions[0]',
    ],
    [
      'categories',
      broken((_, tree) => {
        (tree.split_type as number[])[0] = 1;
      }),
      'learner.gradient_booster.model.trees[1].split_type[0]',
    ],
    [
      'leaves of several values',
      broken((_, tree) => {
        Object.assign(tree.tree_param as object, { size_leaf_vector: '3' });
      }),
      'learner.gradient_booster.model.trees[1].tree_param.size_leaf_vector',
    ],
  ])('is refused: %s', (_, file, where) => {
    try {
      treeEnsembleFromXgboost(file, { path: 'models/attack.json' });
      expect.unreachable('it was read');
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      expect(error).toMatchObject({ where, path: 'models/attack.json' });
    }
  });

  test('is refused by layout 1 where classes start from different values', () => {
    const classes = treeEnsembleFromXgboost((layouts[1].references.cases[2] as { model: string }).model);
    expect(() => treeEnsembleToXgboost(classes)).toThrow('layout: must be 3');
  });
});
