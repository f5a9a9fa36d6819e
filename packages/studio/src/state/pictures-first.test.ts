import { expect, test, vi } from 'vitest';
import { expectPicture, mayAsk, pictureIsThere } from './pictures-first.js';

test('what is not urgent waits for the first picture, once, and at most 1.5 s', () => {
  vi.useFakeTimers();
  try {
    const told: string[] = [];
    const later = () => void told.push('later');
    expect(mayAsk(later)).toBe(true);
    expectPicture();
    expect([mayAsk(later), mayAsk(later), told.length]).toEqual([false, false, 0]);
    pictureIsThere();
    pictureIsThere();
    expect([mayAsk(later), ...told]).toEqual([true, 'later']);
    expectPicture();
    vi.advanceTimersByTime(1400);
    expect(mayAsk(later)).toBe(false);
    vi.advanceTimersByTime(200);
    expect([mayAsk(later), ...told]).toEqual([true, 'later', 'later']);
  } finally {
    vi.useRealTimers();
  }
});
