/** A file or table that a result was made from. */
export interface ProvenanceInput {
  readonly name: string;
  /** SHA-256 in hex of the content, or of a sample of it: then the method says so (`sampled-sha256:...`). */
  readonly contentHash: string;
}

/** How a derived file came to be: enough to repeat it and to see whether it is out of date. */
export interface Provenance {
  /** Operation, such as `track` or `filter`. */
  readonly operation: string;
  /** Versions of the software by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly inputs: readonly ProvenanceInput[];
  /** Settings of the operation as plain JSON data. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What the inputs themselves were made from, where they are derived. */
  readonly parents?: readonly Provenance[];
  /** True where poses or pixels are synthetic. */
  readonly synthetic?: boolean;
}
