// Trains with as many threads as the first word says, writes the model to the second, prints what it says of a recording.
import { behaviorModelFromFiles, behaviorModelToFiles } from '@zoopraxis/behavior';
import { FolderStore } from '@zoopraxis/io/node';
import { outputOf, trainSameModel } from './same-model.js';

const [threads = '1', folder = ''] = process.argv.slice(2);
const store = new FolderStore(folder);
await behaviorModelToFiles(await trainSameModel(Number(threads)), store);
process.stdout.write(JSON.stringify(await outputOf(await behaviorModelFromFiles(store))));
