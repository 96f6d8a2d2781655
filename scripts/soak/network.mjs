// The network of the soak: chain, models, miners and validator as processes, wandb and Discord as servers of this one.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '@bettertherapy/store';
import { freePort, NodeChild, repositoryRoot, smallDisk, WandbServer, WebhookServer } from '@bettertherapy/testkit';
import { TestSubnet } from '@bettertherapy/testkit/subnet';
import { ValidatorProcess } from './validatorProcess.mjs';

/** The chain refuses 127.0.0.1 as an axon's address; the rest of 127/8 is this machine as well. */
const HOST = '127.0.0.2';
const AXON_VERSION = 12_001_000;
const DISK_MIB = 384;
const STAKE_TAO = 1_000;
const START_MS = 180_000;

export class Network {
  /** Names by hotkey. */
  names = new Map();
  /** Registered once and gone from the subnet since, oldest first. */
  evicted = [];
  miners = new Map();
  /** What ended although nobody asked it to. */
  ended = [];

  constructor(options, { node, subnet, bad, wandb, discord, disk, logs, modelUrl }) {
    this.options = options;
    this.node = node;
    /** @type {TestSubnet} */
    this.subnet = subnet;
    this.bad = bad;
    /** @type {WandbServer} */
    this.wandb = wandb;
    /** @type {WebhookServer} */
    this.discord = discord;
    /** @type {import('@bettertherapy/testkit').SmallDisk | null} */
    this.disk = disk;
    this.logs = logs;
    this.modelUrl = modelUrl;
  }

  /** Everything runs when it resolves. `onClose` is told of each part as soon as there is something to close. */
  static async start(options, { LocalnetProcess, onClose, say }) {
    const { folder, blockMs, tempo } = options;
    const logs = join(options.out, 'logs');
    mkdirSync(logs, { recursive: true });
    const node = await LocalnetProcess.start({ folder, blockMs });
    onClose(() => node.close());
    const { people } = options;
    const names = Object.values(people).flat();
    say('chain runs; funding wallets');
    const subnet = await TestSubnet.start({ folder, names: ['validator', ...names], blockMs, tempo, url: node.url });
    onClose(() => subnet.close());
    const models = await forked('modelServer.mjs', []);
    onClose(() => models.child.kill());
    const role = (name) =>
      people.cheats.includes(name) ? 'cheat' : people.broken.includes(name) ? 'broken' : 'newcomer';
    const others = names.filter((name) => !people.daemons.includes(name)).map((name) => `${role(name)}:${name}`);
    const bad = await forked('badMiners.mjs', [subnet.wallets, HOST, models.message.url, ...others]);
    onClose(() => bad.child.kill());
    const wandb = new WandbServer({ apiKey: 'x'.repeat(40), entity: 'soak' });
    await wandb.start();
    onClose(() => wandb.close());
    const discord = new WebhookServer({ limit: 5, windowMs: 2_000 });
    await discord.start();
    onClose(() => discord.close());
    const disk = smallDisk(DISK_MIB);
    if (disk) onClose(() => disk.remove());
    const parts = { node, subnet, bad, wandb, discord, disk, logs, modelUrl: models.message.url };
    const network = new Network(options, parts);
    onClose(() => network.stopMiners());
    await network.populate(say);
    await network.startValidator(onClose, say);
    return network;
  }

  async populate(say) {
    const { subnet, names } = this;
    const { people } = this.options;
    await subnet.set('sudo_set_immunity_period', 1);
    for (const name of ['validator', ...Object.values(people).flat()]) {
      names.set((await subnet.hotkey(name)).address, name);
    }
    await subnet.register('validator');
    await subnet.stake('validator', STAKE_TAO);
    for (const name of people.daemons) {
      await subnet.register(name);
      this.startMiner(name);
    }
    for (const name of [...people.cheats, ...people.broken]) await this.registerOther(name);
    const { neurons } = await subnet.chain.metagraph(subnet.netuid);
    await subnet.set('sudo_set_max_allowed_uids', neurons.length);
    await Promise.all(
      [...this.miners.values()].map((child) => child.waitForLine(/"msg":"axon (is )?published"/, START_MS)),
    );
    say(`${neurons.length} neurons registered, subnet full, miners serve`);
  }

  async startValidator(onClose, say) {
    const { options, subnet, wandb, discord, disk, logs, modelUrl } = this;
    const dataDir = disk?.path ?? join(options.folder, 'validator');
    mkdirSync(dataDir, { recursive: true });
    const file = join(dataDir, 'validator.sqlite');
    migrate({ file, migrationsDir: join(repositoryRoot, 'migrations') });
    this.journalFile = file;
    const [health, gateway] = [await freePort(), await freePort()];
    this.validator = new ValidatorProcess({
      ...{ health, gateway, log: join(logs, 'validator.log') },
      env: { WANDB_API_KEY: 'x'.repeat(40), BT_DISCORD_WEBHOOK: discord.url },
      args: [
        ...['--netuid', String(subnet.netuid), '--subtensor.chain_endpoint', subnet.url],
        ...['--wallet.path', subnet.wallets, '--wallet.name', 'validator', '--data.dir', dataDir],
        ...['--model.backend', 'openai', '--model.base_url', modelUrl, '--model.name', 'judge', '--judge.exam', 'off'],
        ...[
          '--health.port',
          String(health),
          '--gateway.port',
          String(gateway),
          '--gateway.rate',
          '6000',
          '--logging.json',
        ],
        ...[
          '--neuron.round_interval',
          String(options.intervalS),
          '--neuron.questions',
          '1',
          '--neuron.timeout',
          String(options.timeoutS),
        ],
        ...['--neuron.max_rounds', String(options.rounds), '--wandb.base_url', wandb.url, '--wandb.entity', 'soak'],
      ],
    });
    onClose(() => this.validator.stop());
    await this.validator.start();
    say('validator runs');
  }

  /** The daemon of a miner, on a port that it has not had before. */
  startMiner(name) {
    const { subnet, logs, modelUrl, options } = this;
    const log = join(logs, `miner-${name}.log`);
    const child = new NodeChild({
      args: [
        'apps/miner/dist/main.js',
        ...['--netuid', String(subnet.netuid), '--subtensor.chain_endpoint', subnet.url],
        ...['--wallet.path', subnet.wallets, '--wallet.name', name, '--data.dir', join(options.folder, name)],
        ...['--axon.ip', HOST, '--axon.port', '0', '--axon.external_ip', HOST, '--axon.rate_per_minute', '6000'],
        ...['--model.backend', 'openai', '--model.base_url', modelUrl, '--model.name', name],
        ...['--health.port', 'off', '--logging.json'],
      ],
      onLine: (line) => appendFileSync(log, `${line}\n`),
    });
    this.miners.set(name, child);
    return child;
  }

  async endMiner(name) {
    const child = this.miners.get(name);
    this.miners.delete(name);
    await child?.stop();
  }

  /** Registers a miner of the other process and publishes where it serves; says who had to go for it. */
  async registerOther(name) {
    const { subnet, bad } = this;
    const gone = await this.register(name);
    const request = { netuid: subnet.netuid, ip: HOST, port: bad.message.ports[name], version: AXON_VERSION };
    await subnet.chain.serveAxon(await subnet.hotkey(name), request);
    return gone;
  }

  /** @returns names of who was deregistered by it */
  async register(name) {
    const before = await this.registered();
    await this.subnet.register(name);
    const after = await this.registered();
    const gone = before.filter((one) => !after.includes(one));
    this.evicted = [...this.evicted.filter((one) => one !== name), ...gone];
    return gone;
  }

  /** Names of all that hold a place now. */
  async registered() {
    const { neurons } = await this.subnet.chain.metagraph(this.subnet.netuid);
    return neurons.map(({ hotkey }) => this.names.get(hotkey) ?? 'owner');
  }

  /** Notes daemons that ended by themselves. */
  lookAtMiners() {
    for (const [name, child] of this.miners) {
      if (child.exit && !this.ended.includes(name)) this.ended.push(name);
    }
  }

  async stopMiners() {
    await Promise.all([...this.miners.keys()].map((name) => this.endMiner(name)));
  }
}

async function forked(script, args) {
  const child = fork(join(import.meta.dirname, script), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${script} ended with ${code}`))),
  ]);
  return { child, message };
}
