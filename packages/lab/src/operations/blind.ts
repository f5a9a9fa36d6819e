import { mkdir, open, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { StorageError } from '@zoopraxis/core';
import { z } from 'zod';
import { withProject } from '../jobs/project-folder.js';
import { projectField } from './fields.js';
import { defineOperation } from './operation.js';

/** Hides conditions of a project from who scores it. */
export const blind = defineOperation({
  name: 'blind',
  summary: 'Hide conditions such as the genotype from who scores, with a key to unblind',
  details:
    'The values are replaced by random codes in the project, one for each recording; the key is a file of its own. Give the project to who scores, and keep the key.',
  examples: [
    'zoopraxis blind openfield --by genotype,treatment',
    'zoopraxis blind openfield --by genotype --key ~/keys/openfield.json',
  ],
  input: z.object({
    project: projectField(),
    by: z.array(z.string().min(1)).min(1).describe('conditions to hide'),
    key: z.string().min(1).optional().meta({
      description: 'file for the key, outside of the project; by default <project>-blinding-key.json beside it',
      placeholder: 'file.json',
    }),
  }),
  output: z.object({
    project: z.string(),
    key: z.string(),
    conditions: z.array(z.string()),
    recordings: z.int(),
    /** Recordings whose own name or video tells a hidden value. */
    telling: z.array(z.string()),
  }),
  async run({ project: path, by, key: keyPath }) {
    const { blindingOf, blindRecordings } = await import('../cohort/blinding.js');
    return withProject(path, 'write', async (project, folder) => {
      const before = blindingOf(project.manifest);
      if (before !== undefined) {
        throw new StorageError(`the project is blinded already, for ${before.conditions.join(', ')}: ${folder}`, {
          hint: 'Unblind it first with `zoopraxis unblind`.',
        });
      }
      const file = resolve(keyPath ?? `${folder}-blinding-key.json`);
      if (!relative(folder, file).startsWith('..')) {
        throw new StorageError(`the key must lie outside of the project that it opens: ${file}`, {
          hint: 'Give another place with --key.',
        });
      }
      const { recordings, key, telling } = blindRecordings(project.recordings(), by, project.manifest.name);
      // The key must be safe before the values are gone; an older key may be the only one of another blinding.
      await writeNew(file, `${JSON.stringify(key, null, 2)}\n`);
      const conditionsOf = new Map(recordings.map(({ id, conditions }) => [id, conditions]));
      await project.updateManifest((manifest) => ({
        ...manifest,
        recordings: manifest.recordings.map((entry) => ({ ...entry, conditions: { ...conditionsOf.get(entry.id) } })),
        blinding: { conditions: [...by], keyId: key.keyId },
      }));
      const hidden = new Set(key.codes.map(({ recording }) => recording));
      return { project: folder, key: file, conditions: [...by], recordings: hidden.size, telling };
    });
  },
  text: ({ key, conditions, recordings, telling }) =>
    [
      `hid ${conditions.join(', ')} of ${recordings} recordings`,
      `key: ${key} (keep it away from who scores)`,
      ...(telling.length === 0
        ? []
        : [
            `warning: names of recordings or videos still tell the condition: ${telling.slice(0, 5).join(', ')}${telling.length > 5 ? `, and ${telling.length - 5} more` : ''}`,
          ]),
    ].join('\n'),
});

/** Puts the conditions back that `blind` hid. */
export const unblind = defineOperation({
  name: 'unblind',
  summary: 'Put back the conditions that blind hid',
  examples: ['zoopraxis unblind openfield --key openfield-blinding-key.json'],
  input: z.object({
    project: projectField(),
    key: z.string().min(1).meta({ description: 'the key that blind wrote', placeholder: 'file.json' }),
  }),
  output: z.object({ project: z.string(), conditions: z.array(z.string()), recordings: z.int() }),
  async run({ project: path, key: keyPath }) {
    const { unblindRecordings } = await import('../cohort/blinding.js');
    const key = await readBlindingKey(keyPath);
    return withProject(path, 'write', async (project, folder) => {
      const conditionsOf = new Map(
        unblindRecordings(project.recordings(), project.manifest, key).map(({ id, conditions }) => [id, conditions]),
      );
      await project.updateManifest((manifest) => {
        const { blinding: _, ...rest } = manifest as typeof manifest & { blinding?: unknown };
        return {
          ...rest,
          recordings: manifest.recordings.map((entry) => ({ ...entry, conditions: { ...conditionsOf.get(entry.id) } })),
        };
      });
      const shown = new Set(key.codes.map(({ recording }) => recording));
      return { project: folder, conditions: key.conditions, recordings: shown.size };
    });
  },
  text: ({ conditions, recordings }) => `${conditions.join(', ')} of ${recordings} recordings are back`,
});

/** Returns the key in a file; throws StorageError where it cannot be read, FormatError where it is none. */
export async function readBlindingKey(path: string) {
  const { FolderStore } = await import('@zoopraxis/io/node');
  const { parseBlindingKey } = await import('../cohort/blinding.js');
  const absolute = resolve(path);
  const found = await stat(absolute).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new StorageError(`there is no such key: ${absolute}`, { hint: 'Check the path for a typing error.' });
  }
  const bytes = await new FolderStore(dirname(absolute)).read(basename(absolute));
  return parseBlindingKey(new TextDecoder().decode(bytes), absolute);
}

/** Writes a file that must not be there yet, and returns once it is safe on the disk. */
async function writeNew(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, 'wx').catch((cause: NodeJS.ErrnoException) => {
    const isThere = cause.code === 'EEXIST';
    throw new StorageError(
      isThere ? `there is a key already: ${path}` : `the key cannot be written (${cause.code}): ${path}`,
      {
        cause,
        hint: isThere
          ? 'Keep it if it may still be needed, and give another file with --key.'
          : 'Give another file with --key.',
      },
    );
  });
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
