import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { fittedView, type Size, type ViewState } from './picture-view.js';

/** How pictures are looked at. */
export interface ViewsState {
  /** By video id; left out = fitted. */
  readonly views: Readonly<Record<string, ViewState>>;
  /** Whether all videos are zoomed and moved together. */
  readonly isLinked: boolean;
  /** 1 = as it is. */
  readonly brightness: number;
  /** 1 = as it is. */
  readonly contrast: number;
  /** Videos that are not shown, ids. */
  readonly hidden: readonly string[];
  /** The video whose pane was used last. */
  readonly activeVideo: string | null;
  /** Sizes of panes and their pictures by video id, for commands. */
  readonly sizes: Readonly<Record<string, { readonly pane: Size; readonly picture: Size }>>;
}

const storedAt = 'zoopraxis.picture';

function stored(): Partial<Pick<ViewsState, 'brightness' | 'contrast' | 'isLinked'>> {
  try {
    const read: unknown = JSON.parse(globalThis.localStorage?.getItem(storedAt) ?? '{}');
    const { brightness, contrast, isLinked } = read as Record<string, unknown>;
    const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0.2 && value <= 4;
    return {
      ...(isShare(brightness) ? { brightness } : {}),
      ...(isShare(contrast) ? { contrast } : {}),
      ...(typeof isLinked === 'boolean' ? { isLinked } : {}),
    };
  } catch {
    return {};
  }
}

/** The store of views. */
export const videoViews = createStore<ViewsState>(() => ({
  views: {},
  isLinked: true,
  brightness: 1,
  contrast: 1,
  hidden: [],
  activeVideo: null,
  sizes: {},
  ...stored(),
}));

videoViews.subscribe(({ brightness, contrast, isLinked }, before) => {
  if (brightness === before.brightness && contrast === before.contrast && isLinked === before.isLinked) return;
  globalThis.localStorage?.setItem(storedAt, JSON.stringify({ brightness, contrast, isLinked }));
});

/** Returns a part of the views; the component renders again when it changes. */
export function useVideoViews<Part>(pick: (state: ViewsState) => Part): Part {
  return useStore(videoViews, pick);
}

/** Returns the view of a video. */
export const viewOf = (video: string, { views }: ViewsState = videoViews.getState()): ViewState =>
  views[video] ?? fittedView;

/** Sets the view of a video, and of all others where they are linked. */
export function setView(video: string, view: ViewState): void {
  videoViews.setState(({ views, isLinked, sizes }) => ({
    views: isLinked
      ? Object.fromEntries([...Object.keys(sizes), video].map((id) => [id, view]))
      : { ...views, [video]: view },
  }));
}

/** Changes the view of the video that was used last, and of those that are linked with it. */
export function changeView(change: (view: ViewState, pane: Size, picture: Size) => ViewState): void {
  const state = videoViews.getState();
  const ids = Object.keys(state.sizes);
  const video = state.activeVideo !== null && ids.includes(state.activeVideo) ? state.activeVideo : ids[0];
  const sizes = video === undefined ? undefined : state.sizes[video];
  if (video === undefined || sizes === undefined) return;
  setView(video, change(viewOf(video, state), sizes.pane, sizes.picture));
}
