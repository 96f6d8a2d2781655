// Axons in a process of their own, as miners are: `node axonProcess.mjs <uri> …`; tells its parent where they listen.
import { startAxon } from './axons.mjs';

const axons = [];
for (const uri of process.argv.slice(2)) {
  axons.push(await startAxon({ uri, output: ({ prompt }) => `answer to ${prompt}` }));
}
process.on('disconnect', () => process.exit(0));
process.send(axons.map(({ port, hotkey }) => ({ ip: '127.0.0.1', port, hotkey })));
