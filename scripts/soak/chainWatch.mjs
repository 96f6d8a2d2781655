// Reads every block of the chain for weights that landed, so that the chain itself says how often it took any.
import { item } from '@bettertherapy/chain';

const EVERY_MS = 1_000;
const MECHANISM_STRIDE = 4_096;

export class ChainWatch {
  /** Weights as they landed: `{ block, epoch, mecid, uid }`. */
  sets = [];
  blocks = 0;
  problem = null;
  stopped = false;
  running = Promise.resolve();

  constructor(subnet) {
    this.subnet = subnet;
    this.next = null;
  }

  async start() {
    this.next = await this.subnet.chain.currentBlock();
    this.running = this.run();
  }

  /** Reads up to the newest block first. */
  async stop() {
    this.stopped = true;
    await this.running;
    await this.catchUp();
  }

  async run() {
    while (!this.stopped) {
      try {
        await this.catchUp();
      } catch (error) {
        // While the node is away; what was missed is read when it is back.
        this.problem = error.message;
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  async catchUp() {
    const { chain, netuid } = this.subnet;
    const head = await chain.currentBlock();
    for (; this.next <= head; this.next += 1) {
      const view = await chain.viewAt(this.next);
      const { events, epoch } = await view.read({
        events: item('System', 'Events'),
        epoch: item('SubtensorModule', 'SubnetEpochIndex', netuid),
      });
      for (const { event } of events) {
        if (
          event.section !== 'subtensorModule' ||
          !/^(WeightsSet|TimelockedWeightsCommitted|WeightsCommitted)$/.test(event.method)
        )
          continue;
        const [index, uid] = event.data.map(Number);
        if (index % MECHANISM_STRIDE !== netuid) continue;
        this.sets.push({ block: this.next, epoch: Number(epoch), mecid: Math.floor(index / MECHANISM_STRIDE), uid });
      }
      this.blocks += 1;
    }
  }
}
