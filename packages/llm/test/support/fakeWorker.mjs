// A model process without a model: it speaks the messages and misbehaves on request. The text of a countTokens call
// says how; the file name of the settings says how it opens.
let progress = 0;
const hoard = [];
let adapterBytes = 0;
const zero = { prompt: 0, reused: 0, output: 0 };
const facts = {
  names: ['fake'],
  runtime: 'fake',
  device: 'cpu',
  quantisation: 'Q4_1',
  contextTokens: 64,
  trainedContextTokens: 64,
  threads: 1,
  template: 'none',
  systemInfo: '',
  buildType: 'prebuilt',
  selfTestTokensPerSecond: 1,
  estimatedBytes: 1,
  memoryMapped: false,
};
const send = (message) => process.send(message);
const block = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
const cancels = new Map();

function open(settings) {
  send({ type: 'stage', stage: 'runtime' });
  send({ type: 'stage', stage: 'header' });
  if (settings.file === 'stuck-header') block();
  if (settings.file === 'dies-at-start') process.kill(process.pid, 'SIGKILL');
  if (settings.file === 'no-memory') {
    send({
      type: 'failed',
      error: {
        code: 'LLM_INSUFFICIENT_MEMORY',
        message: 'needs 9 GB',
        remedy: 'Take less.',
        details: { neededBytes: 9e9, freeRamBytes: 2e9, freeVramBytes: 0 },
      },
    });
    return;
  }
  send({ type: 'ready', facts });
}

function call(id, { kind, text, request }) {
  const done = (count) => send({ type: 'result', id, result: { kind, count, use: zero } });
  if (kind === 'chat') {
    const said = request.messages.at(-1).content;
    if (said === 'forever') {
      const timer = setInterval(() => {
        progress += 1;
        send({ type: 'text', id, text: 'a ' });
      }, 5);
      cancels.set(id, () => {
        clearInterval(timer);
        send({ type: 'error', id, error: { code: null, message: 'cancelled', remedy: '', details: {} } });
      });
      return;
    }
    send({ type: 'text', id, text: 'one ' });
    if (said === 'die in the middle') process.kill(process.pid, 'SIGKILL');
    send({
      type: 'result',
      id,
      result: { kind, text: 'one ', stopReason: 'end', use: { prompt: 3, reused: 0, output: 1 } },
    });
    return;
  }
  if (text === 'pid') return done(process.pid);
  if (text === 'environment') return done(Object.keys(process.env).length);
  if (text === 'die') process.kill(process.pid, 'SIGKILL');
  if (text === 'exit noisily') {
    process.stderr.write('out of luck\n', () => process.exit(3));
    return;
  }
  if (text === 'block') block();
  if (text === 'stall') return;
  if (text === 'garbage') send({ nonsense: true });
  if (text === 'grow') hoard.push(Buffer.alloc(200e6, 1));
  if (text === 'grow for an adapter') {
    hoard.push(Buffer.alloc(200e6, 1));
    adapterBytes = 200e6;
  }
  progress += 1;
  done(text.length);
}

process.on('message', (message) => {
  if (message.type === 'open') open(message.settings);
  else if (message.type === 'ping')
    send({ type: 'pong', id: message.id, progress, running: 0, rssBytes: process.memoryUsage.rss(), adapterBytes });
  else if (message.type === 'call') call(message.id, message.call);
  else if (message.type === 'cancel') cancels.get(message.id)?.();
  else if (message.type === 'close') process.exit(0);
});
process.on('disconnect', () => process.exit(0));
