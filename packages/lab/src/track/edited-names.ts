const ending = '-edited';

/** Returns the name of tracks whose identities are exchanged in places. */
export const editedTracks = (original: string): string => `${original}${ending}`;

/** Returns the name of the tracks that edited ones are made from; other names as they are. */
export const originalTracks = (name: string): string =>
  name.endsWith(ending) && name.length > ending.length ? name.slice(0, -ending.length) : name;
