import { expect, test } from 'vitest';
import { behaviorFacts, behaviorTraining, poseFacts } from './model-card.js';

const card = {
  format: 'zoopraxis-pose-model',
  network: { name: 'unet' },
  training: { stepsTaken: 1254, ended: 'finished', seed: 1, start: 'random weights' },
  data: { trainImages: ['a/1', 'a/2'], heldOutImages: ['b/1'], heldOutGroups: ['b'] },
  metrics: {
    heldOut: {
      frames: 5,
      meanErrorPx: 18.25,
      medianErrorPx: 6.66,
      pck: { '10': 0.73, '5': 0.31 },
      pckCurve: { radiusPx: [0, 1], share: [0, 0.2] },
      perKeypoint: {
        nose: { labeledPoints: 5, missedPoints: 0, meanErrorPx: 6.65, medianErrorPx: 7.09, p95ErrorPx: 9.9 },
      },
      worst: [
        {
          group: 'b',
          file: 'img1.png',
          frame: 453,
          individual: 'm',
          keypoint: 'tail',
          meanErrorPx: 31,
          largestErrorPx: 233,
        },
        { group: 7 },
      ],
    },
  },
};

test('a pose card is read: numbers, points, worst images', () => {
  const facts = poseFacts(card);
  expect(facts).toMatchObject({
    network: 'unet',
    frames: 5,
    meanErrorPx: 18.25,
    within: [
      { radiusPx: 5, share: 0.31 },
      { radiusPx: 10, share: 0.73 },
    ],
    curve: { radiusPx: [0, 1], share: [0, 0.2] },
    isSynthetic: false,
  });
  expect(facts?.keypoints[0]).toMatchObject({ keypoint: 'nose', points: 5, p95ErrorPx: 9.9 });
  expect(facts?.worst).toHaveLength(1);
  expect(facts?.worst[0]).toMatchObject({ group: 'b', frame: 453, keypoint: 'tail' });
  expect(facts?.training).toContainEqual(['steps', '1,254']);
});

test('a newer evaluation comes before the card, and leaves what it does not say', () => {
  expect(poseFacts(card, { meanErrorPx: 3, worst: [] })).toMatchObject({
    meanErrorPx: 3,
    medianErrorPx: 6.66,
    worst: [],
  });
});

test('cards of strangers are read without trust', () => {
  expect(poseFacts({ format: 'else' })).toBeNull();
  expect(poseFacts(null)).toBeNull();
  const odd = { format: 'zoopraxis-pose-model', metrics: { heldOut: { meanErrorPx: 'NaN', pck: 3, worst: { a: 1 } } } };
  expect(poseFacts(odd)).toMatchObject({ meanErrorPx: null, within: [], worst: [], keypoints: [], curve: null });
  expect(behaviorFacts({ perBehavior: [] })).toBeNull();
});

const evaluation = {
  macroF1: 0.8,
  accuracy: 0.9,
  behaviors: ['attack', 'other'],
  confusion: [
    [8, 2],
    [1, 89],
  ],
  perBehavior: { attack: { precision: 0.89, recall: 0.8, f1: 0.84, support: 10, boutF1: null } },
  curves: { attack: { threshold: [0, 1], precision: [0.1, null], recall: [1, 0] } },
};

test('an evaluation of behavior is read: scores, confusion, curves', () => {
  const facts = behaviorFacts(evaluation);
  expect(behaviorFacts({ ...evaluation, trainedOn: ['r1'] })?.learnedFrom).toEqual(['r1']);
  expect(facts).toMatchObject({ macroF1: 0.8, learnedFrom: [], confusion: { classes: ['attack', 'other'] } });
  expect(facts?.rows).toEqual([
    { behavior: 'attack', precision: 0.89, recall: 0.8, f1: 0.84, boutF1: null, support: 10 },
  ]);
  expect(facts?.curves[0]?.precision[1]).toBeNaN();
  expect(behaviorFacts({ ...evaluation, confusion: [[1]] })?.confusion).toBeNull();
});

test('the training of a classifier is said', () => {
  const model = {
    columns: ['a', 'b'],
    decision: { smoother: { kind: 'hmm' } },
    card: { settings: { family: { kind: 'trees' } }, trainedOn: ['r1', 'r2', 'r3', 'r4', 'r5'] },
  };
  expect(behaviorTraining(model)).toEqual([
    ['kind', 'trees'],
    ['labels smoothed by', 'hmm'],
    ['learned from', '5 recordings: r1, r2, r3, r4 and 1 more'],
    ['features', '2'],
  ]);
  const family = { kind: 'mean', members: [{ kind: 'trees' }, { kind: 'temporal' }] };
  expect(behaviorTraining({ card: { settings: { family } } })).toEqual([['kind', 'mean of trees and temporal']]);
  expect(behaviorTraining('no')).toEqual([]);
});
