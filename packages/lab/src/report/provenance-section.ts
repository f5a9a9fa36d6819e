import type { Provenance } from '@zoopraxis/core';
import type { ReportSection } from './blocks.js';

/** Returns the section that says what everything was made from. */
export function provenanceSection(
  records: readonly { readonly name: string; readonly provenance: Provenance }[],
): ReportSection {
  return {
    title: 'Provenance',
    blocks: [
      { kind: 'text', text: 'Enough to repeat every result: operations, settings, versions and hashes of the inputs.' },
      ...records.map(({ name, provenance }) => ({
        kind: 'details' as const,
        summary: `${name}: made by ${provenance.operation}`,
        text: JSON.stringify(provenance, (_, value) => shortened(value), 2),
      })),
    ],
  };
}

/** Names of thousands of images would bury the rest; the model's card holds all of them. */
function shortened(value: unknown): unknown {
  if (!Array.isArray(value) || value.length <= 24) return value;
  return [...value.slice(0, 12), `… ${value.length - 12} more`];
}
