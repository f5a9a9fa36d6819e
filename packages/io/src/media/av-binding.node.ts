import { UnavailableError } from '@zoopraxis/core';

type Lib = typeof import('node-av/lib');
type Constants = typeof import('node-av/constants');

/** The functions and constants of FFmpeg's libraries. */
export type Av = Lib & { readonly constants: Constants };

/** How the message begins that says that this machine has no node-av. */
export const NODE_AV_ABSENT = 'node-av ';

let loading: Promise<Av> | undefined;

async function load(): Promise<Av> {
  if (process.env.ZOOPRAXIS_NODE_AV === 'off') {
    throw new UnavailableError(`${NODE_AV_ABSENT}is switched off by ZOOPRAXIS_NODE_AV=off`, {
      hint: 'Unset ZOOPRAXIS_NODE_AV to decode with node-av.',
    });
  }
  try {
    const [lib, constants] = await Promise.all([import('node-av/lib'), import('node-av/constants')]);
    // Damage is reported by flags; FFmpeg's own lines on the standard error would tear progress displays.
    lib.Log.setLevel(constants.AV_LOG_QUIET);
    return { ...lib, constants };
  } catch (cause) {
    throw new UnavailableError(`${NODE_AV_ABSENT}could not be loaded on ${process.platform} ${process.arch}`, {
      hint: 'Run npm install again without --omit=optional, or install ffmpeg, which is used instead.',
      cause,
    });
  }
}

/** Returns FFmpeg's libraries; throws UnavailableError where this machine has no build of them. */
export function loadAv(): Promise<Av> {
  loading ??= load();
  return loading;
}
