// A program with a model, to be killed: it reports the pid of its model process and waits.
import { silentLogger, systemClock } from '@bettertherapy/core';
import { LlamaModel } from '../../dist/llama/llamaModel.js';

const config = {
  backend: 'llama',
  file: process.argv[2],
  name: 'small',
  sha256: null,
  contextTokens: 256,
  slots: 1,
  gpu: false,
  threads: 1,
};
const model = await LlamaModel.open(
  config,
  { clock: systemClock, log: silentLogger, metrics: null },
  new AbortController().signal,
);
process.send(model.workerPid);
