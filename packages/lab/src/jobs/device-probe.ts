import { resolveDevice } from '@zoopraxis/nn/node';

// Run as a process of its own: drivers that do not work write to its standard error, or end it.
process.stdout.write(await resolveDevice('auto'));
process.exit();
