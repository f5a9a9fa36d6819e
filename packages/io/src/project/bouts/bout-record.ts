import type { ByteStore } from '@zoopraxis/core';
import { z } from 'zod';
import { canonicalJson } from '../../records/canonical-json.js';

const recordName = 'bouts/written.json';

const recordSchema = z.object({
  format: z.literal('zoopraxis bouts'),
  version: z.literal(1),
  /** Entry up to which every edit is in the files of annotations. */
  upTo: z.int().min(0),
  /** By name of the set: the entry that its file holds, and the SHA-256 of the file as we wrote it. */
  sets: z.record(z.string(), z.object({ seq: z.int().min(0), content: z.string() })),
  /** Entry up to which every change of the catalogue of behaviors is in the manifest. */
  ethogram: z.int().min(0).optional(),
});

/** Which edits of bouts are in which files of annotations. */
export type BoutRecord = z.output<typeof recordSchema>;

/** Returns the record of a project, an empty one where it has none that can be read: then the whole journal is read. */
export async function readBoutRecord(store: ByteStore): Promise<BoutRecord> {
  const bytes = await store.read(recordName);
  const empty: BoutRecord = { format: 'zoopraxis bouts', version: 1, upTo: 0, sets: {} };
  if (bytes === undefined) return empty;
  try {
    return recordSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return empty;
  }
}

/** Writes the record in one durable step. */
export async function writeBoutRecord(store: ByteStore, record: BoutRecord): Promise<void> {
  await store.write(recordName, new TextEncoder().encode(`${canonicalJson(record, 2)}\n`));
}
