// Writes the committed model and what it says: node build/test/behavior/make-same-model.js test/reference/behavior-model
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { behaviorModelToFiles } from '@zoopraxis/behavior';
import { FolderStore } from '@zoopraxis/io/node';
import { outputOf, trainSameModel } from './same-model.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new TypeError('make-same-model: needs the folder to write into');
const model = await trainSameModel(1);
await behaviorModelToFiles(model, new FolderStore(folder));
const made = { madeWith: `Node ${process.version}, ${process.platform} ${process.arch}`, ...(await outputOf(model)) };
writeFileSync(join(folder, 'expected.json'), `${JSON.stringify(made, null, 1)}\n`);
