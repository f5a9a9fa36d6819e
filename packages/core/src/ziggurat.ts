const LAYERS = 128;
const SCALE = 2147483648;
/** Where the tail begins, and the area of each layer (Marsaglia and Tsang 2000, table of the 128-layer normal). */
const TAIL = 3.442619855899;
const AREA = 9.91256303526217e-3;

/** Bounds below which an integer of each layer is accepted at once, shape `[layer]`. */
const bounds = new Float64Array(LAYERS);
/** Width of each layer by integer, shape `[layer]`. */
const widths = new Float64Array(LAYERS);
/** Density at the edge of each layer, shape `[layer]`. */
const heights = new Float64Array(LAYERS);

const density = (x: number): number => Math.exp(-0.5 * x * x);

function fillTables(): void {
  let x = TAIL;
  const base = AREA / density(x);
  bounds[0] = (x / base) * SCALE;
  widths[0] = base / SCALE;
  heights[0] = 1;
  widths[LAYERS - 1] = x / SCALE;
  heights[LAYERS - 1] = density(x);
  for (let layer = LAYERS - 2; layer >= 1; layer--) {
    const inner = Math.sqrt(-2 * Math.log(AREA / x + density(x)));
    bounds[layer + 1] = (inner / x) * SCALE;
    x = inner;
    heights[layer] = density(x);
    widths[layer] = x / SCALE;
  }
}
fillTables();

/**
 * Fills an array, shape `[number]`, with normal numbers of mean 0 from a source of unsigned 32-bit integers, by the
 * ziggurat method (Marsaglia and Tsang 2000): about one integer and no transcendental function per number.
 */
export function fillNormal(out: Float32Array, std: number, nextUint32: () => number): void {
  const open = (): number => (nextUint32() + 0.5) / 4294967296;
  for (let i = 0; i < out.length; i++) {
    for (;;) {
      const word = nextUint32() | 0;
      const layer = word & (LAYERS - 1);
      const x = word * (widths[layer] as number);
      if (Math.abs(word) < (bounds[layer] as number)) {
        out[i] = std * x;
        break;
      }
      if (layer === 0) {
        let beyond: number;
        do beyond = -Math.log(open()) / TAIL;
        while (-2 * Math.log(open()) < beyond * beyond);
        out[i] = std * (word > 0 ? TAIL + beyond : -TAIL - beyond);
        break;
      }
      const low = heights[layer] as number;
      if (low + open() * ((heights[layer - 1] as number) - low) < density(x)) {
        out[i] = std * x;
        break;
      }
    }
  }
}
