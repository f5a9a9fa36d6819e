import { FormatError } from '@zoopraxis/core';

/** Largest picture of a drawing, pixels. */
const mostPixels = 2 ** 27;

/** A drawing as PNG. */
export interface DrawingPng {
  readonly bytes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * Returns a figure of Zoopraxis as PNG of a resolution that the file states; px of the drawing count as 1/96 inch.
 * @throws FormatError where the text is no drawing, or would be larger than can be made.
 */
export async function writeDrawingPng(svgText: string, { dpi }: { readonly dpi: number }): Promise<DrawingPng> {
  const head = /^<svg [^>]*>/.exec(svgText)?.[0] ?? '';
  const size = (name: string) => {
    const [, value, unit] = new RegExp(` ${name}="([\\d.]+)(mm)?"`).exec(head) ?? [];
    return (Number(value) / (unit === 'mm' ? 25.4 : 96)) * dpi;
  };
  const [widthPx, heightPx] = [Math.round(size('width')), Math.round(size('height'))];
  if (!(widthPx > 0 && heightPx > 0 && widthPx * heightPx <= mostPixels)) {
    throw new FormatError({
      format: 'SVG',
      where: 'the size',
      expected: `a drawing of at most ${mostPixels} pixels`,
      found: `${widthPx} x ${heightPx} at ${dpi} dpi`,
      hint: 'Choose a lower resolution.',
    });
  }
  // The data that figures carry are no part of the picture, and can be longer than the drawing.
  const drawing = svgText
    .replace(/<metadata>[^<]*<\/metadata>/, '')
    .replace(
      head,
      head.replace(/ width="[^"]*"/, ` width="${widthPx}"`).replace(/ height="[^"]*"/, ` height="${heightPx}"`),
    );
  const { default: sharp } = await import('sharp');
  const bytes = await sharp(new TextEncoder().encode(drawing), { unlimited: true, limitInputPixels: mostPixels })
    .flatten({ background: '#ffffff' })
    .withMetadata({ density: dpi })
    .png({ compressionLevel: 8 })
    .toBuffer();
  return { bytes: new Uint8Array(bytes), widthPx, heightPx };
}
