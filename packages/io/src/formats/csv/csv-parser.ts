import { FormatError } from '@zoopraxis/core';

/** Called for each record with its fields and the line it begins on, from 1. */
export type CsvRowHandler = (fields: string[], line: number) => void;

/** Takes the bytes of a CSV file piece by piece. */
export interface CsvParser {
  push(bytes: Uint8Array): void;
  /** Must be called after the last piece: hands over the last record. */
  end(): void;
}

/** Longest record that is read, in characters: far above any header seen, small enough to stop on a binary file. */
const maxRecordLength = 1 << 24;

/** How a table's text is read. */
export interface CsvOptions {
  readonly path?: string | undefined;
  /** What stands between fields. Default a comma. */
  readonly delimiter?: ',' | ';' | '\t';
}

/**
 * Returns a parser of comma-separated UTF-8 text (RFC 4180, either line end, blank lines skipped, a byte order mark
 * dropped) that calls `onRow` as records become complete, so memory is bounded by one piece and one record.
 * @throws FormatError from `push` and `end`: text that is not UTF-8, a quote that never ends, a record without end.
 */
export function createCsvParser(onRow: CsvRowHandler, options: CsvOptions = {}): CsvParser {
  const { delimiter = ',' } = options;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let line = 1;

  const fail = (where: string, expected: string, found: string, hint: string, cause?: unknown): never => {
    const path = options.path === undefined ? {} : { path: options.path };
    throw new FormatError({ format: 'CSV', ...path, where, expected, found, hint, cause });
  };

  /** Returns the end of a quoted record that starts at `from` (index of its line feed or text length), or -1. */
  const readQuoted = (text: string, from: number, final: boolean): number => {
    const fields: string[] = [];
    const start = line;
    let at = from;
    for (;;) {
      let field = '';
      if (text[at] === '"') {
        for (;;) {
          const close = text.indexOf('"', at + 1);
          if (close < 0 || (close === text.length - 1 && !final)) {
            if (!final) return -1;
            fail(`line ${start}`, 'a closing quote', 'the end of the file', 'The file is incomplete: copy it again.');
          }
          field += text.slice(at + 1, close);
          if (text[close + 1] !== '"') {
            at = close + 1;
            break;
          }
          field += '"';
          at = close + 1;
        }
      }
      const comma = text.indexOf(delimiter, at);
      const feed = text.indexOf('\n', at);
      if (feed < 0 && !final) return -1;
      const end = feed < 0 ? text.length : feed;
      const stop = comma >= 0 && comma < end ? comma : end;
      field += text.slice(at, stop);
      if (stop === comma) {
        fields.push(field);
        at = comma + 1;
        continue;
      }
      fields.push(field.endsWith('\r') ? field.slice(0, -1) : field);
      onRow(fields, start);
      for (let i = from; i < end; i++) if (text.charCodeAt(i) === 10) line++;
      return end;
    }
  };

  const drain = (text: string, final: boolean): void => {
    let at = 0;
    // A scan for quotes over the whole piece keeps the usual line, which has none, on the fast way.
    let quote = text.indexOf('"');
    for (;;) {
      const feed = text.indexOf('\n', at);
      if (feed < 0 && !final) break;
      let end = feed < 0 ? text.length : feed;
      if (quote >= 0 && quote < at) quote = text.indexOf('"', at);
      if (quote >= 0 && quote < end) {
        end = readQuoted(text, at, final);
        if (end < 0) break;
      } else {
        const stop = end > at && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
        if (stop > at) onRow(text.slice(at, stop).split(delimiter), line);
      }
      line++;
      at = end + 1;
      if (at > text.length) break;
    }
    rest = at >= text.length ? '' : text.slice(at);
    if (rest.length > maxRecordLength) {
      fail(`line ${line}`, `a line of at most ${maxRecordLength} characters`, 'a longer one', 'Is this a CSV file?');
    }
  };

  const decode = (bytes: Uint8Array | undefined): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (cause) {
      const hint = 'Save the table again as CSV with the encoding UTF-8.';
      return fail(`line ${line} or after`, 'UTF-8 text', 'other bytes', hint, cause);
    }
  };

  return {
    push(bytes) {
      const text = decode(bytes);
      // Records are complete only at a line feed: joining the rest again and again would be quadratic otherwise.
      if (text.includes('\n') || rest.length + text.length > maxRecordLength) drain(rest + text, false);
      else rest += text;
    },
    end() {
      drain(rest + decode(undefined), true);
    },
  };
}
