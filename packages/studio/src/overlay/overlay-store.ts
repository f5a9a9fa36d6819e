import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** How predicted poses are drawn. */
export interface OverlaySettings {
  readonly isShown: boolean;
  readonly colorBy: 'individual' | 'keypoint';
  /** Radius of points, CSS px. */
  readonly pointSizePx: number;
  readonly hasSkeleton: boolean;
  /** Names beside points. */
  readonly hasNames: boolean;
  /** Confidence beside points. */
  readonly hasConfidence: boolean;
  readonly hasEllipses: boolean;
  /** Frames before the present one whose places are drawn, 0 = none. */
  readonly trailFrames: number;
  readonly trailOf: 'center' | 'points';
}

const storedAt = 'zoopraxis.overlay';

/** Settings that a page begins with. */
export const plainOverlay: OverlaySettings = {
  isShown: true,
  colorBy: 'individual',
  pointSizePx: 4,
  hasSkeleton: true,
  hasNames: false,
  hasConfidence: false,
  hasEllipses: false,
  trailFrames: 0,
  trailOf: 'center',
};

/** Returns settings from a stored text; what is not understood stays as it is at first. */
export function readOverlay(text: string | null | undefined): OverlaySettings {
  let stored: Record<string, unknown> = {};
  try {
    const read: unknown = JSON.parse(text ?? '{}');
    if (typeof read === 'object' && read !== null) stored = read as Record<string, unknown>;
  } catch {
    return plainOverlay;
  }
  const flag = (name: keyof OverlaySettings) =>
    typeof stored[name] === 'boolean' ? (stored[name] as boolean) : (plainOverlay[name] as boolean);
  const number = (name: 'pointSizePx' | 'trailFrames', least: number, most: number) => {
    const value = stored[name];
    return typeof value === 'number' && value >= least && value <= most ? value : plainOverlay[name];
  };
  return {
    isShown: flag('isShown'),
    colorBy: stored.colorBy === 'keypoint' ? 'keypoint' : 'individual',
    pointSizePx: number('pointSizePx', 1, 12),
    hasSkeleton: flag('hasSkeleton'),
    hasNames: flag('hasNames'),
    hasConfidence: flag('hasConfidence'),
    hasEllipses: flag('hasEllipses'),
    trailFrames: number('trailFrames', 0, 300),
    trailOf: stored.trailOf === 'points' ? 'points' : 'center',
  };
}

/** The store of the overlay's settings; they are kept for the next time. */
export const overlay = createStore<OverlaySettings>(() => readOverlay(globalThis.localStorage?.getItem(storedAt)));

overlay.subscribe((settings) => globalThis.localStorage?.setItem(storedAt, JSON.stringify(settings)));

/** Returns a part of the settings; the component renders again when it changes. */
export function useOverlay<Part>(pick: (settings: OverlaySettings) => Part): Part {
  return useStore(overlay, pick);
}
