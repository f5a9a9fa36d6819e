// Run by record.test.ts: records one edit after another into a project, and says each that was accepted, until killed.
import { openProjectFolder } from './folder.node.js';

const project = await openProjectFolder(process.argv[2] ?? '', { mode: 'write' });
for (let x = Number(process.argv[3]); ; x++) {
  const image = { group: 'g', file: `${x % 7}.png` };
  await project.recordLabels([{ image, individual: 'm', points: { nose: { x, y: 0 } } }], { annotator: 'ann' });
  if (x % 5 === 0) await project.mirrorLabels();
  process.stdout.write(`${x}\n`);
}
