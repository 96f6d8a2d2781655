export { type ChildOptions, NodeChild } from './childProcess.js';
export { type Chromium, ensureChromium, findChromium } from './chromium.js';
export { eventually } from './eventually.js';
export { FakeClock } from './fakeClock.js';
export { FaultProxy } from './faultProxy.js';
export { freePort } from './ports.js';
export { repositoryRoot, temporaryFolder } from './temporaryFolder.js';
export { type WandbFault, type WandbRun, WandbServer } from './wandbServer.js';
export { WebhookServer } from './webhookServer.js';
