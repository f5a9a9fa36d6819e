import { basename, dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { FormatError, type Picture } from '@zoopraxis/core';
import { figurePdf, figureTables, readFigure, tableCsv } from '@zoopraxis/figures';
import { FolderStore, readPicture, writeDrawingPng } from '@zoopraxis/io/node';

/** Kinds of files that a figure can be written as. */
export type FigureFormat = 'svg' | 'png' | 'pdf' | 'csv';

/** How {@link writeFigureFiles} writes. */
export interface FigureFileOptions {
  readonly formats: readonly FigureFormat[];
  /** Resolution of PNG, default 300. */
  readonly dpi?: number;
}

/** Files that were written, and what a reader of them should know. */
export interface FigureFiles {
  /** Absolute paths, list. */
  readonly files: readonly string[];
  /** Sentences, list. */
  readonly notes: readonly string[];
}

/** Returns the pictures in a figure, decoded, by their addresses. */
async function picturesOf(svgText: string): Promise<Map<string, Picture>> {
  const pictures = new Map<string, Picture>();
  for (const [, address = '', base64 = ''] of svgText.matchAll(/href="(data:image\/\w+;base64,([A-Za-z0-9+/=]+))"/g)) {
    if (!pictures.has(address)) pictures.set(address, await readPicture(Buffer.from(base64, 'base64')));
  }
  return pictures;
}

/**
 * Writes a figure beside one another as SVG, PNG, PDF and CSV: `<path without ending>.<format>`; tables of several parts
 * get the name of the part. Existing files are replaced whole.
 */
export async function writeFigureFiles(
  stem: string,
  svgText: string,
  { formats, dpi = 300 }: FigureFileOptions,
): Promise<FigureFiles> {
  const store = new FolderStore(dirname(stem));
  const [files, notes]: [string[], string[]] = [[], []];
  const write = async (ending: string, content: Uint8Array | string) => {
    const name = `${basename(stem)}${ending}`;
    await store.write(name, typeof content === 'string' ? new TextEncoder().encode(content) : content);
    files.push(join(dirname(stem), name));
  };
  for (const format of formats) {
    if (format === 'svg') await write('.svg', svgText);
    else if (format === 'png') await write('.png', (await writeDrawingPng(svgText, { dpi })).bytes);
    else if (format === 'pdf') {
      const { bytes, missingLetters, missingPictures } = figurePdf(svgText, {
        pictures: await picturesOf(svgText),
        deflate: (plain) => new Uint8Array(deflateSync(plain)),
      });
      await write('.pdf', bytes);
      if (missingLetters.length > 0) {
        notes.push(
          `The fonts of PDF readers lack ${missingLetters.join(' ')}: ? stands for them in ${basename(stem)}.pdf. SVG and PNG have them.`,
        );
      }
      if (missingPictures > 0) notes.push(`${missingPictures} pictures are left out of ${basename(stem)}.pdf.`);
    } else {
      const record = readFigure(svgText);
      if (record.data === undefined) {
        throw new FormatError({
          format: 'figure',
          where: 'metadata',
          expected: 'the data of the figure',
          found: `only their hash ${record.dataHash ?? ''}`,
          hint: 'The data were too large to be carried; they lie where the figure was made.',
        });
      }
      const tables = figureTables(record);
      for (const table of tables) {
        await write(tables.length === 1 ? '.csv' : `-${table.name}.csv`, tableCsv(table));
      }
    }
  }
  return { files, notes };
}
