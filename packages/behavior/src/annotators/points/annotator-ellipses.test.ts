import { Random } from '@zoopraxis/core';
import { expect, test } from 'vitest';
import { annotatorEllipses, pooledEllipses, scatterEllipse } from './annotator-ellipses.js';
import { absent, type LabelPoint, labelImages } from './label-kit.test.kit.js';

test('an ellipse has the axes and the angle of its covariance', () => {
  // Along the diagonal variance 2 on each axis and full correlation.
  const line = scatterEllipse([-1, -1, 0, 0, 1, 1]);
  expect(line).toMatchObject({ points: 3, centerX: 0, centerY: 0, covariance: { xx: 1, xy: 1, yy: 1 } });
  expect(line?.majorHalfAxis).toBeCloseTo(Math.SQRT2, 12);
  expect(line?.minorHalfAxis).toBeCloseTo(0, 7);
  expect(line?.angleRad).toBeCloseTo(Math.PI / 4, 12);
  const upright = scatterEllipse([0, -3, 0, 3, 1, 0, -1, 0]);
  expect(upright?.angleRad).toBeCloseTo(Math.PI / 2, 12);
  expect(upright?.majorHalfAxis).toBeCloseTo(Math.sqrt(6), 12);
  expect(upright?.minorHalfAxis).toBeCloseTo(Math.sqrt(2 / 3), 12);
  expect(scatterEllipse([2, 2, 2, 2])).toMatchObject({ majorHalfAxis: 0, minorHalfAxis: 0, angleRad: 0 });
  expect(scatterEllipse([2, 2, Number.NaN, Number.NaN])).toBeNull();
});

test('each shared animal has an ellipse for each point that two annotators placed', () => {
  const found = annotatorEllipses(
    labelImages([
      [
        [[0, 0], absent],
        [
          [2, 0],
          [5, 5],
        ],
        undefined,
      ],
      [
        [
          [0, 0],
          [1, 1],
        ],
        undefined,
        undefined,
      ],
    ]),
  );
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ image: 0, individual: 0 });
  expect(found[0]?.ellipses[0]).toMatchObject({ centerX: 1, majorHalfAxis: Math.SQRT2, angleRad: 0 });
  expect(found[0]?.ellipses[1]).toBeNull();
});

test('pooled in the body frame, scatter along the body is found however the animal turns', () => {
  const random = new Random('ellipses');
  // Nose: sd 3 along the body, 1 across; tail exact, body 100 px long.
  const images = Array.from({ length: 500 }, () => {
    const heading = random.between(0, 2 * Math.PI);
    const [cos, sin] = [Math.cos(heading), Math.sin(heading)];
    const [atX, atY] = [random.between(0, 500), random.between(0, 500)];
    return Array.from({ length: 5 }, (): LabelPoint[] => {
      const [along, across] = [100 + 3 * random.normal(), random.normal()];
      return [
        [atX + along * cos - across * sin, atY + along * sin + across * cos],
        [atX, atY],
      ];
    });
  });
  const labels = labelImages(images);
  const [nose, tail] = pooledEllipses(labels, { body: { from: 'tail', to: 'nose' } });
  expect(nose?.points).toBe(2500);
  // The standard error of a standard deviation of 2,000 degrees of freedom is sd / 63; tolerance four of them.
  expect(Math.abs((nose?.majorHalfAxis as number) - 3)).toBeLessThan(0.19);
  expect(Math.abs((nose?.minorHalfAxis as number) - 1)).toBeLessThan(0.07);
  expect(Math.abs(nose?.angleRad as number)).toBeLessThan(0.1);
  expect(tail?.majorHalfAxis).toBeCloseTo(0, 9);
  const image = pooledEllipses(labels)[0];
  // In the image the headings mix: both axes near sqrt((9 + 1) / 2).
  expect(Math.abs((image?.majorHalfAxis as number) - Math.sqrt(5))).toBeLessThan(0.3);
  expect(() => pooledEllipses(labels, { body: { from: 'tail', to: 'paw' } })).toThrow('body to: must name a keypoint');
});
