import { randomInt } from 'node:crypto';
import { FormatError, IntegrityError, type Recording, StorageError } from '@zoopraxis/core';
import type { Manifest } from '@zoopraxis/io';
import { z } from 'zod';

const conditionValue = z.union([z.string(), z.number(), z.boolean()]);

/** What a blinded project says of itself in its manifest, under `blinding`. */
const blindingSchema = z.looseObject({
  /** Hidden conditions. */
  conditions: z.array(z.string()).min(1),
  /** Name that its key has too. */
  keyId: z.string().min(1),
});

/** What is needed to unblind: kept apart from the project. */
const keySchema = z.object({
  format: z.literal('zoopraxis blinding key'),
  version: z.literal(1, { error: 'version 1; a newer file needs a newer Zoopraxis' }),
  project: z.string(),
  keyId: z.string().min(1),
  conditions: z.array(z.string()).min(1),
  codes: z.array(z.object({ recording: z.string(), condition: z.string(), code: z.string(), value: conditionValue })),
});

/** Values behind the codes of a blinded project. */
export type BlindingKey = z.output<typeof keySchema>;

/** Returns what a project says of its blinding; undefined where it is not blinded. */
export function blindingOf(manifest: Manifest): { conditions: string[]; keyId: string } | undefined {
  const { blinding } = manifest as { blinding?: unknown };
  if (blinding === undefined || blinding === null) return undefined;
  const parsed = blindingSchema.safeParse(blinding);
  if (parsed.success) return { conditions: parsed.data.conditions, keyId: parsed.data.keyId };
  throw new FormatError({
    format: 'zoopraxis project',
    path: 'zoopraxis.json',
    where: 'blinding',
    expected: 'hidden conditions and the name of their key',
    found: JSON.stringify(blinding).slice(0, 100),
    hint: 'Restore the file from a copy.',
  });
}

/** Letters of codes: none that are read for another, no vowels that make words. */
const letters = 'BCDFGHJKMNPQRSTVWXZ23456789';

function randomCode(taken: Set<string>): string {
  for (;;) {
    const code = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
    if (taken.has(code)) continue;
    taken.add(code);
    return code;
  }
}

const isHidden = (name: string, conditions: readonly string[]) =>
  conditions.some((condition) => name === condition || name.endsWith(`.${condition}`));

/** What hides the conditions of a project. */
export interface Blinding {
  readonly recordings: Recording[];
  readonly key: BlindingKey;
  /** Recordings whose own name or video tells a hidden value, list. */
  readonly telling: string[];
}

/**
 * Returns recordings with the values of some conditions (also those of single subjects, such as `resident.genotype`)
 * replaced by random codes, and the key. Each recording gets codes of its own, so that who scores cannot even see which
 * recordings are of one group.
 * @throws StorageError where no recording has a condition that is to be hidden.
 */
export function blindRecordings(
  recordings: readonly Recording[],
  conditions: readonly string[],
  project: string,
): Blinding {
  for (const condition of conditions) {
    if (
      !recordings.some((recording) => Object.keys(recording.conditions).some((name) => isHidden(name, [condition])))
    ) {
      const known = [...new Set(recordings.flatMap((recording) => Object.keys(recording.conditions)))].sort();
      throw new StorageError(`no recording has the condition ${condition}`, {
        hint: `Conditions of the project: ${known.join(', ') || 'none; take them in with `zoopraxis import conditions`'}.`,
      });
    }
  }
  const taken = new Set<string>();
  const codes: BlindingKey['codes'] = [];
  const telling: string[] = [];
  const hidden = recordings.map((recording): Recording => {
    const entries = Object.entries(recording.conditions).map(([condition, value]) => {
      if (!isHidden(condition, conditions)) return [condition, value] as const;
      const code = randomCode(taken);
      codes.push({ recording: recording.id, condition, code, value });
      const text = String(value).toLowerCase();
      const names = [recording.id, ...recording.videos].map((name) => name.toLowerCase());
      if (typeof value === 'string' && text.length > 1 && names.some((name) => name.includes(text))) {
        telling.push(recording.id);
      }
      return [condition, code] as const;
    });
    return { ...recording, conditions: Object.fromEntries(entries) };
  });
  const keyId = randomCode(taken) + randomCode(taken);
  const key: BlindingKey = {
    format: 'zoopraxis blinding key',
    version: 1,
    project,
    keyId,
    conditions: [...conditions],
    codes,
  };
  return { recordings: hidden, key, telling: [...new Set(telling)] };
}

/**
 * Returns the key in the bytes of a key file.
 * @throws FormatError where it is none.
 */
export function parseBlindingKey(text: string, path: string): BlindingKey {
  const fail = (where: string, found: string, cause: unknown) =>
    new FormatError({
      format: 'blinding key',
      path,
      where,
      expected: 'the key that `zoopraxis blind` wrote',
      found,
      cause,
    });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw fail('the text', 'no JSON', cause);
  }
  const parsed = keySchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw fail(issue?.path.join(', ') || 'the top', issue?.message ?? 'something else', parsed.error);
}

/**
 * Returns recordings with the values that a key knows in place of the codes.
 * @throws IntegrityError where the key is of another project, or a code was changed since.
 */
export function unblindRecordings(recordings: readonly Recording[], manifest: Manifest, key: BlindingKey): Recording[] {
  const blinding = blindingOf(manifest);
  if (blinding?.keyId !== key.keyId) {
    throw new IntegrityError(
      `this key (${key.keyId}, of project ${key.project}) does not belong to project ${manifest.name}`,
      {
        hint:
          blinding === undefined
            ? 'The project is not blinded.'
            : `The project needs the key ${blinding.keyId}, the file that \`zoopraxis blind\` wrote when it was blinded.`,
      },
    );
  }
  const values = new Map(key.codes.map((code) => [`${code.recording}\n${code.condition}`, code]));
  return recordings.map((recording) => {
    const entries = Object.entries(recording.conditions).map(([condition, code]) => {
      if (!isHidden(condition, blinding.conditions)) return [condition, code] as const;
      const known = values.get(`${recording.id}\n${condition}`);
      // What came in after the blinding has no code, and is as it was written.
      if (known === undefined) return [condition, code] as const;
      if (known.code !== code) {
        throw new IntegrityError(
          `condition ${condition} of recording ${recording.id} was changed since the project was blinded: the key has ${known.code}, the project ${code}`,
          { hint: 'Put the code back, or correct the value after unblinding.' },
        );
      }
      return [condition, known.value] as const;
    });
    return { ...recording, conditions: Object.fromEntries(entries) };
  });
}
