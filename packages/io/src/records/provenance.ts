import type { Provenance, ProvenanceInput } from '@zoopraxis/core';
import { canonicalJson } from './canonical-json.js';
import { hashBytes } from './hash.js';
import { provenanceSchema } from './noun-schemas.js';
import { parseData } from './parse-record.js';

/**
 * Returns a checked provenance record; inputs by name, so that equal work has equal records.
 * @throws RangeError where the parameters are not plain JSON data, FormatError where another part does not fit.
 */
export function createProvenance(provenance: Provenance): Provenance {
  canonicalJson(provenance.parameters);
  const inputs = [...provenance.inputs].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return parseData(provenanceSchema, { ...provenance, inputs }, { format: 'provenance record' });
}

/** Returns the SHA-256 of a provenance record: equal for equal operation, versions, inputs and parameters. */
export function hashProvenance(provenance: Provenance): Promise<string> {
  return hashBytes(new TextEncoder().encode(canonicalJson(provenance)));
}

/** Why a derived file no longer is what its operation would make now. */
export interface OutOfDate {
  /** Name of the input, parameter or program. */
  readonly name: string;
  readonly kind: 'input-changed' | 'input-missing' | 'parameter' | 'version';
  /** What the record says. */
  readonly recorded: string;
  /** What is there now; undefined where nothing is. */
  readonly found: string | undefined;
}

/** What a derived file is compared with. */
export interface PresentState {
  /** Returns the content hash of an input as it is now, made as the record's was; undefined where it is missing. */
  readonly hashOf: (input: ProvenanceInput) => Promise<string | undefined>;
  /** Parameters that the operation would use now; not compared where undefined. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Versions of the programs now; only those that are given are compared. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** Returns all that makes a derived file out of date, an empty list where it is up to date; parents are not followed. */
export async function findOutOfDate(provenance: Provenance, now: PresentState): Promise<OutOfDate[]> {
  const found: OutOfDate[] = [];
  for (const input of provenance.inputs) {
    const hash = await now.hashOf(input);
    if (hash === input.contentHash) continue;
    const kind = hash === undefined ? 'input-missing' : 'input-changed';
    found.push({ name: input.name, kind, recorded: input.contentHash, found: hash });
  }
  const text = (value: unknown) => (value === undefined ? undefined : canonicalJson(value));
  const { parameters, versions = {} } = now;
  if (parameters !== undefined) {
    for (const name of [...new Set([...Object.keys(provenance.parameters), ...Object.keys(parameters)])].sort()) {
      const [old, current] = [text(provenance.parameters[name]), text(parameters[name])];
      if (old !== current) found.push({ name, kind: 'parameter', recorded: old ?? 'none', found: current });
    }
  }
  for (const [name, version] of Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const old = provenance.versions[name];
    if (old !== version) found.push({ name, kind: 'version', recorded: old ?? 'none', found: version });
  }
  return found;
}
