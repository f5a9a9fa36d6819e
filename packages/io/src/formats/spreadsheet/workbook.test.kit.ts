import { writeZip } from '@zoopraxis/core';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Returns a workbook as Excel writes it: texts in the shared list, numbers in cells, empty cells left out. */
export function workbookOf(rows: readonly (readonly (string | number | boolean)[])[]): Uint8Array {
  const texts = [...new Set(rows.flat().filter((cell): cell is string => typeof cell === 'string' && cell !== ''))];
  const cell = (value: string | number | boolean, row: number, column: number) => {
    const name = `${String.fromCharCode(65 + column)}${row + 1}`;
    if (value === '') return '';
    if (typeof value === 'boolean') return `<c r="${name}" t="b"><v>${value ? 1 : 0}</v></c>`;
    if (typeof value === 'number') return `<c r="${name}" s="1"><f>1+1</f><v>${value}</v></c>`;
    return `<c r="${name}" t="s"><v>${texts.indexOf(value)}</v></c>`;
  };
  const sheet = rows.map(
    (cells, row) =>
      `<row r="${row + 1}" spans="1:9">${cells.map((value, column) => cell(value, row, column)).join('')}</row>`,
  );
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const bytes = (text: string) => new TextEncoder().encode(head + text);
  return writeZip([
    {
      name: 'xl/workbook.xml',
      bytes: bytes(
        `<workbook ${main} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet 1" sheetId="1" r:id="rId7"/><sheet name="b" sheetId="2" r:id="rId8"/></sheets></workbook>`,
      ),
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      bytes: bytes(
        '<Relationships><Relationship Id="rId8" Target="worksheets/sheet9.xml"/><Relationship Id="rId7" Target="worksheets/sheet1.xml"/></Relationships>',
      ),
    },
    {
      name: 'xl/sharedStrings.xml',
      bytes: bytes(
        `<sst ${main}>${texts.map((text) => `<si><r><t>${escaped(text.slice(0, 1))}</t></r><r><t xml:space="preserve">${escaped(text.slice(1))}</t></r><rPh sb="0" eb="1"><t>hint</t></rPh></si>`).join('')}</sst>`,
      ),
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      bytes: bytes(`<worksheet ${main}><sheetData>${sheet.join('')}</sheetData></worksheet>`),
    },
  ]);
}
