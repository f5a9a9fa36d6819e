import type { ByteStore } from '@zoopraxis/core';
import { z } from 'zod';
import { canonicalJson } from '../../records/canonical-json.js';

const recordName = 'labels/mirror.json';

const recordSchema = z.object({
  format: z.literal('zoopraxis mirror'),
  version: z.literal(1),
  /** SHA-256 of each mirrored file as we wrote it, or last took it in. */
  files: z.record(z.string(), z.string()),
});

/** SHA-256 by name of the files in labeled-data as we last knew them. */
export type MirrorRecord = Map<string, string>;

/** A file of DeepLabCut's labels in the project. */
export interface MirrorFile {
  /** Name in the store. */
  readonly name: string;
  readonly group: string;
  readonly scorer: string;
  readonly kind: 'csv' | 'h5';
}

const filePattern = /^labeled-data\/([^/]+)\/CollectedData_([^/]+)\.(csv|h5)$/;

/** Returns DeepLabCut's label files in the project, by group, HDF5 (which its windows write first) before CSV. */
export async function listMirrorFiles(store: ByteStore): Promise<MirrorFile[]> {
  const files: MirrorFile[] = [];
  for (const name of await store.list('labeled-data/')) {
    const [, group, scorer, kind] = filePattern.exec(name) ?? [];
    if (group === undefined || scorer === undefined || (kind !== 'csv' && kind !== 'h5')) continue;
    files.push({ name, group, scorer, kind });
  }
  const key = ({ group, scorer, kind }: MirrorFile) => `${group}\0${scorer}\0${kind === 'h5' ? 0 : 1}`;
  return files.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Returns the name of our copy of a mirrored CSV: what another program's edits are compared with. */
export const copyName = (group: string, scorer: string): string => `labels/mirror/${group}/CollectedData_${scorer}.csv`;

/** Returns the record; an empty one where there is none or it is damaged: then all files are compared again. */
export async function readMirrorRecord(store: ByteStore): Promise<MirrorRecord> {
  const bytes = await store.read(recordName);
  if (bytes === undefined) return new Map();
  try {
    const parsed = recordSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return new Map(parsed.success ? Object.entries(parsed.data.files) : []);
  } catch {
    return new Map();
  }
}

/** Writes the record. */
export async function writeMirrorRecord(store: ByteStore, record: MirrorRecord): Promise<void> {
  const data = { format: 'zoopraxis mirror', version: 1, files: Object.fromEntries(record) };
  await store.write(recordName, new TextEncoder().encode(`${canonicalJson(data, 2)}\n`));
}
