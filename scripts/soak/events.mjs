// Makes happen what the plan says, and tells how it went.
import { encodeRuntimeCode } from '@bettertherapy/localnet';
import { eventually } from '@bettertherapy/testkit';
import { signerFromUri } from '@bettertherapy/wallet';

const SLOW_MS = 120_000;
/** How many rounds would have begun while the disk is full, and seconds at least. */
const FULL_ROUNDS = 5;
const FULL_S = 4;
const CALL_INDEX_OFFSET = 50;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const HAPPEN = {
  'validator killed': async ({ validator }) => {
    await validator.kill();
    await validator.start();
    return 'kill -9, started again';
  },
  'miner ends': async (network, name) => {
    await network.endMiner(name);
    return `${name}'s process ended`;
  },
  'miner comes back': async (network, name) => {
    const gone = (await network.registered()).includes(name) ? [] : await network.register(name);
    const child = network.startMiner(name);
    const line = await child.waitForLine(/"msg":"axon published"/, SLOW_MS);
    return `${name} serves at port ${JSON.parse(line).port}${gone.length > 0 ? `; ${gone} lost the place` : ''}`;
  },
  'miner registers': async (network, name) => {
    const gone = await network.registerOther(name);
    return `${name} is new; ${gone.join(', ') || 'nobody'} lost the place`;
  },
  'miner returns': async (network) => {
    const [name] = network.evicted;
    if (!name) return 'nobody had left';
    // A daemon publishes its address again by itself.
    const gone = await (network.miners.has(name) ? network.register(name) : network.registerOther(name));
    return `${name} registered again; ${gone.join(', ') || 'nobody'} lost the place`;
  },
  'miner breaks': async ({ bad }, manner) => {
    bad.child.send({ behave: manner });
    return `brook answers with: ${manner}`;
  },
  'wandb outage begins': async ({ wandb }) => {
    await wandb.close();
    return 'nothing listens';
  },
  'wandb outage ends': async ({ wandb }) => {
    await wandb.start();
    return 'listens again';
  },
  'node restarts': async ({ node, subnet }) => {
    const before = await subnet.chain.currentBlock();
    await node.kill();
    await node.start();
    const after = await eventually(
      'blocks after the restart',
      async () => {
        const block = await subnet.chain.currentBlock();
        return block > before ? block : null;
      },
      { deadlineMs: SLOW_MS },
    );
    return `kill -9 at block ${before}, block ${after} seen after it`;
  },
  'runtime upgrade': async ({ subnet }) => {
    const specVersion = subnet.chain.specVersion() + 1;
    const code = encodeRuntimeCode({ specVersion, callIndexOffset: CALL_INDEX_OFFSET });
    await subnet.chain.submit(signerFromUri('//Alice'), 'System', 'set_code', { code }, { sudo: true });
    return `version ${specVersion}, calls of SubtensorModule moved by ${CALL_INDEX_OFFSET}`;
  },
  'disk full': (network, _who, facts) => fillDisk(network, facts),
};

/** @param facts take what the checks want to know of the event */
export async function happen({ kind, who }, network, facts) {
  const act = HAPPEN[kind];
  if (!act) throw new RangeError(`nothing is known of "${kind}"`);
  return act(network, who, facts);
}

async function fillDisk({ disk, validator, options }, facts) {
  const fullS = Math.max(FULL_S, FULL_ROUNDS * options.intervalS);
  if (!disk) {
    facts.disk = null;
    return 'left out: this user may not mount a file system';
  }
  const diskState = async () => (await validator.ready()).parts.disk.state;
  disk.fill();
  try {
    await eventually('the full disk to be noticed', async () => (await diskState()) !== 'room', {
      deadlineMs: SLOW_MS,
    });
    const red = await validator.ready();
    const visit = await fetch(`${validator.gateway}/v1/patients`, { method: 'POST' });
    const begunBefore = validator.begun;
    await sleep(fullS * 1_000);
    const still = await validator.ready();
    facts.disk = {
      ...{ status: red.status, state: red.parts.disk.state, intakeStatus: visit.status },
      ...{ statusLater: still.status, begunBefore, begunMeanwhile: validator.begun - begunBefore, greenAgain: false },
    };
  } finally {
    disk.clear();
  }
  await eventually('a ready validator', async () => (await validator.ready()).status === 200, { deadlineMs: SLOW_MS });
  facts.disk.greenAgain = true;
  await eventually('a further round', () => validator.begun > facts.disk.begunBefore, { deadlineMs: SLOW_MS });
  facts.disk.roundAfter = validator.begun;
  const { state, status, begunMeanwhile } = facts.disk;
  return `readiness ${status} (${state}) for ${fullS} s, ${begunMeanwhile} rounds began meanwhile, then green`;
}
