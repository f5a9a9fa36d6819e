/** Where a number comes from: what others published is never shown as measured here. */
export type NumberSource = 'measured' | 'published';

/** One cell of a table. */
export type Cell = string | { readonly text: string; readonly source: NumberSource };

/** A part of a report. */
export type ReportBlock =
  | { readonly kind: 'figure'; readonly svg: string; readonly name: string; readonly caption?: string }
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      /** The first cell of each row names it. */
      readonly rows: readonly (readonly Cell[])[];
      readonly caption?: string;
    }
  | {
      readonly kind: 'clips';
      /** List. */
      readonly clips: readonly {
        /** Bytes of an MP4 file. */
        readonly mp4: Uint8Array;
        readonly widthPx: number;
        readonly heightPx: number;
        readonly caption: string;
      }[];
    }
  | { readonly kind: 'facts'; readonly entries: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'details'; readonly summary: string; readonly text: string };

/** Blocks below one heading. */
export interface ReportSection {
  readonly title: string;
  readonly blocks: readonly ReportBlock[];
}

/** All that a report shows. */
export interface Report {
  readonly title: string;
  /** Sentence below the title. */
  readonly lead: string;
  /** True where anything shown comes from synthetic recordings: then the page says so at its top. */
  readonly synthetic: boolean;
  /** The most important numbers, shown large. */
  readonly highlights: readonly { readonly value: string; readonly label: string; readonly source?: NumberSource }[];
  readonly sections: readonly ReportSection[];
  /** Program version and moment of writing, as text for the foot of the page. */
  readonly foot: string;
}
