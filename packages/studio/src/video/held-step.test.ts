import { expect, test } from 'vitest';
import { HeldStep } from './held-step.js';

function setup() {
  const steps: number[] = [];
  let pictures: (() => void)[] = [];
  const state = { isShown: true };
  const held = new HeldStep({
    step: (frames) => void steps.push(frames),
    isShown: () => state.isShown,
    nextPicture: (callback) => void pictures.push(callback),
  });
  const picture = () => {
    const due = pictures;
    pictures = [];
    for (const callback of due) callback();
  };
  return { held, steps, picture, state, waiting: () => pictures.length };
}

test('one press is one step', () => {
  const { held, steps, picture } = setup();
  held.press(1, false);
  picture();
  expect(steps).toEqual([1]);
});

test('a held key steps once for each picture of the display, however often it repeats', () => {
  const { held, steps, picture, waiting } = setup();
  held.press(10, false);
  for (let i = 0; i < 5; i++) held.press(10, true);
  expect(waiting()).toBe(1);
  for (let i = 0; i < 3; i++) picture();
  expect(steps).toEqual([10, 10, 10, 10]);
  held.release();
  picture();
  picture();
  expect([steps.length, waiting()]).toEqual([4, 0]);
});

test('while a frame is still decoded no further step piles up', () => {
  const { held, steps, picture, state } = setup();
  held.press(-1, true);
  state.isShown = false;
  for (let i = 0; i < 10; i++) picture();
  expect(steps).toEqual([]);
  state.isShown = true;
  picture();
  expect(steps).toEqual([-1]);
});
