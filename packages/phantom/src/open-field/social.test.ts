import { describe, expect, test } from 'vitest';
import { createPhantom } from '../index.js';
import { boutsOf, pointCm } from '../phantom.test.kit.js';

const phantom = createPhantom({
  scene: 'open-field',
  seed: 31,
  frameCount: 9000,
  widthPx: 160,
  heightPx: 120,
  mice: [{}, {}],
});

const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
const at = (frame: number, animal: number, name: string) => pointCm(phantom, frame, animal, name);

/** Distance from the nose of one to the nearest point of the other's body, cm. */
const noseToBody = (frame: number, actor: number) =>
  Math.min(
    ...['nose', 'leftear', 'rightear', 'neck', 'lefthip', 'righthip', 'tailbase'].map((name) =>
      distance(at(frame, actor, 'nose'), at(frame, 1 - actor, name)),
    ),
  );

const speed = (frame: number, animal: number) => {
  const from = Math.min(frame, phantom.source.frameCount - 4);
  return (distance(at(from + 3, animal, 'neck'), at(from, animal, 'neck')) * phantom.source.fps) / 3;
};

/** How far one is behind the other along the other's heading, cm. */
function behind(frame: number, actor: number): number {
  const [tail, neck] = [at(frame, 1 - actor, 'tailbase'), at(frame, 1 - actor, 'neck')];
  const length = distance(tail, neck);
  const own = at(frame, actor, 'neck');
  return ((tail[0] - own[0]) * (neck[0] - tail[0]) + (tail[1] - own[1]) * (neck[1] - tail[1])) / length;
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const framesOf = ({ start, end }: { start: number; end: number }) =>
  Array.from({ length: end - start }, (_, i) => start + i);

describe('two mice', () => {
  test('show every social behavior, and each bout names the other as its target', () => {
    for (const behavior of ['approach', 'investigate', 'mount', 'attack', 'chase', 'flee', 'defend']) {
      const bouts = boutsOf(phantom, behavior);
      expect(bouts.length, behavior).toBeGreaterThan(2);
      expect(bouts.every(({ subject, target }) => target === 1 - subject)).toBe(true);
    }
    for (const behavior of ['wander', 'pause', 'groom', 'rear']) {
      expect(boutsOf(phantom, behavior).every(({ target }) => target === -1)).toBe(true);
    }
    expect(phantom.annotations.map(({ subject, target }) => `${subject}>${target ?? ''}`)).toEqual([
      'resident>',
      'resident>intruder',
      'intruder>',
      'intruder>resident',
    ]);
  });

  test('approach: the nose comes nearer', () => {
    const long = boutsOf(phantom, 'approach').filter(({ start, end }) => end - start > 15);
    expect(long.length).toBeGreaterThan(5);
    const nearer = long.filter(({ start, end, subject }) => noseToBody(end - 1, subject) < noseToBody(start, subject));
    // The other may walk away meanwhile.
    expect(nearer.length / long.length).toBeGreaterThan(0.8);
  });

  test('investigate: the nose is at the body of the other', () => {
    for (const bout of boutsOf(phantom, 'investigate')) {
      for (const frame of framesOf(bout)) expect(noseToBody(frame, bout.subject)).toBeLessThan(5.5);
    }
    const all = boutsOf(phantom, 'investigate').flatMap((bout) =>
      framesOf(bout).map((f) => noseToBody(f, bout.subject)),
    );
    expect(mean(all)).toBeLessThan(2.6);
  });

  test('mount: the actor lies on the back of the other, in line with it, and covers it', () => {
    const bouts = boutsOf(phantom, 'mount');
    const points = phantom.skeleton.keypoints.length;
    let [hidden, frames] = [0, 0];
    for (const bout of bouts) {
      for (const frame of framesOf(bout)) {
        expect(distance(at(frame, bout.subject, 'tailbase'), at(frame, bout.target, 'tailbase'))).toBeLessThan(6.5);
        frames++;
        if (phantom.visibility[(frame * 2 + bout.target) * points + 6] === 1) hidden++;
      }
      const middle = Math.floor((bout.start + bout.end) / 2);
      const angle = (animal: number) => {
        const [tail, neck] = [at(middle, animal, 'tailbase'), at(middle, animal, 'neck')];
        return Math.atan2(neck[1] - tail[1], neck[0] - tail[0]);
      };
      expect(Math.cos(angle(0) - angle(1))).toBeGreaterThan(0.7);
    }
    expect(hidden / frames).toBeGreaterThan(0.6);
  });

  test('attack: the bodies are together and move fast; the other defends itself in the same frames', () => {
    const attacks = boutsOf(phantom, 'attack');
    for (const bout of attacks) {
      expect(mean(framesOf(bout).map((f) => distance(at(f, 0, 'lefthip'), at(f, 1, 'lefthip'))))).toBeLessThan(6.5);
    }
    const fast = attacks.flatMap((bout) => framesOf(bout).map((frame) => speed(frame, bout.subject)));
    const calm = boutsOf(phantom, 'investigate').flatMap((bout) => framesOf(bout).map((f) => speed(f, bout.subject)));
    expect(mean(fast)).toBeGreaterThan(1.5 * mean(calm));
    const defends = boutsOf(phantom, 'defend');
    expect(defends.map(({ start, end }) => [start, end])).toEqual(attacks.map(({ start, end }) => [start, end]));
  });

  test('chase: the follower is behind a runner that flees from it', () => {
    for (const bout of boutsOf(phantom, 'chase')) {
      const frames = framesOf(bout);
      const following = frames.filter((frame) => behind(frame, bout.subject) > -3.5);
      expect(following.length / frames.length).toBeGreaterThan(0.75);
      if (frames.length > 10) expect(mean(frames.map((frame) => speed(frame, bout.target)))).toBeGreaterThan(8);
      const flight = boutsOf(phantom, 'flee').find(({ start, end }) => start <= bout.start && end >= bout.end);
      expect(flight?.subject).toBe(bout.target);
    }
  });

  test('bodies push each other away unless one is mounted or attacked', () => {
    const grips = ['mount', 'attack'].flatMap((behavior) => boutsOf(phantom, behavior));
    let [close, frames] = [0, 0];
    for (let frame = 0; frame < phantom.source.frameCount; frame += 5) {
      // A grip loosens over a second.
      if (grips.some(({ start, end }) => frame >= start - 15 && frame < end + 45)) continue;
      frames++;
      const centers = [0, 1].map((animal) => {
        const [neck, tail] = [at(frame, animal, 'neck'), at(frame, animal, 'tailbase')];
        return [(neck[0] + tail[0]) / 2, (neck[1] + tail[1]) / 2];
      });
      if (distance(centers[0]!, centers[1]!) < 1.6) close++;
    }
    expect(frames).toBeGreaterThan(800);
    expect(close / frames).toBeLessThan(0.01);
  });
});
