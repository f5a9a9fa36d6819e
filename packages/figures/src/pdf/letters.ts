/** A run of text in one of the fonts that every PDF reader has. */
export interface LetterRun {
  readonly font: 'text' | 'symbol';
  /** Codes of the font, list. */
  readonly codes: readonly number[];
}

/** Letters of the Windows encoding that are not at their Unicode place. */
const windows: Readonly<Record<string, number>> = {
  '€': 0x80,
  '…': 0x85,
  '‘': 0x91,
  '’': 0x92,
  '“': 0x93,
  '”': 0x94,
  '•': 0x95,
  '–': 0x96,
  '—': 0x97,
  '™': 0x99,
};

/** Letters of the font Symbol. */
const symbol: Readonly<Record<string, number>> = {
  '−': 0x2d,
  '≤': 0xa3,
  '≥': 0xb3,
  '≠': 0xb9,
  '≈': 0xbb,
  '∞': 0xa5,
  '←': 0xac,
  '↑': 0xad,
  '→': 0xae,
  '↓': 0xaf,
  '√': 0xd6,
  Δ: 0x44,
  Σ: 0x53,
  Ω: 0x57,
  α: 0x61,
  β: 0x62,
  χ: 0x63,
  δ: 0x64,
  ε: 0x65,
  γ: 0x67,
  η: 0x68,
  κ: 0x6b,
  λ: 0x6c,
  μ: 0x6d,
  π: 0x70,
  θ: 0x71,
  ρ: 0x72,
  σ: 0x73,
  τ: 0x74,
  ω: 0x77,
};

/** Returns the runs of a text, and the letters that the fonts of PDF readers lack; those are written as `?`. */
export function letterRuns(text: string): { readonly runs: readonly LetterRun[]; readonly missing: readonly string[] } {
  const runs: { font: LetterRun['font']; codes: number[] }[] = [];
  const missing: string[] = [];
  for (const letter of text) {
    const code = letter.codePointAt(0) as number;
    const isLatin = (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code <= 0xff);
    const place = isLatin ? code : windows[letter];
    const font = place === undefined && symbol[letter] !== undefined ? 'symbol' : 'text';
    const written = place ?? symbol[letter] ?? (/\s/.test(letter) ? 0x20 : 0x3f);
    if (written === 0x3f && letter !== '?') missing.push(letter);
    const last = runs.at(-1);
    if (last?.font === font) last.codes.push(written);
    else runs.push({ font, codes: [written] });
  }
  return { runs, missing };
}
