// What happens in which round. The same seed and number of rounds give the same plan.

/** With fewer rounds there is no time for most of what happens, nor for most of those it happens to. */
const SHORT_BELOW = 18;

/** Who is there: real daemons, then those in the process of bad miners. */
export function peopleFor(rounds) {
  if (rounds < SHORT_BELOW)
    return { daemons: ['ada', 'ben'], cheats: ['injector', 'polyglot'], broken: ['brook'], newcomers: [] };
  return {
    daemons: ['ada', 'ben', 'cal', 'dot'],
    cheats: ['copycat', 'injector', 'parrot', 'polyglot'],
    broken: ['brook'],
    newcomers: ['eve', 'fay', 'gil'],
  };
}

/** Seconds a miner has: few where some hang in the plan, because each round then lasts as long. */
export function timeoutFor(rounds) {
  return rounds < SHORT_BELOW ? 10 : 2;
}

/**
 * Hundredths of the rounds at which something happens; a seeded hundredth is added or taken.
 * @type {readonly (readonly [number, string, string?])[]}
 */
const LONG = [
  [5, 'validator killed'],
  [9, 'miner ends', 'dot'],
  [13, 'miner comes back', 'dot'],
  [19, 'miner breaks', 'hang'],
  [22, 'miner registers', 'eve'],
  [23, 'miner breaks', 'error'],
  [25, 'wandb outage begins'],
  [32, 'wandb outage ends'],
  [34, 'miner breaks', 'drip'],
  [37, 'miner breaks', 'die'],
  [40, 'node restarts'],
  [43, 'miner returns'],
  [46, 'miner breaks', 'flood'],
  [49, 'miner breaks', 'error'],
  [52, 'runtime upgrade'],
  [55, 'miner registers', 'fay'],
  [58, 'disk full'],
  [62, 'miner ends', 'ben'],
  [65, 'miner comes back', 'ben'],
  [68, 'wandb outage begins'],
  [75, 'wandb outage ends'],
  [78, 'miner registers', 'gil'],
  [81, 'miner breaks', 'garbage'],
  [84, 'miner ends', 'cal'],
  [88, 'miner comes back', 'cal'],
  [91, 'miner returns'],
  [94, 'miner breaks', 'hang'],
  [96, 'miner breaks', 'error'],
];
/** @type {typeof LONG} */
const SHORT = [
  [30, 'miner breaks', 'garbage'],
  [60, 'runtime upgrade'],
];
/** @returns {{ round: number, kind: string, who: string | null }[]} in order; at most one of a kind in a round */
export function planEvents(rounds, random) {
  const shape = rounds < SHORT_BELOW ? SHORT : LONG;
  const jitter = rounds < 100 ? 0 : 1;
  let last = 0;
  return shape.map(([at, kind, who = null]) => {
    const hundredth = at + (jitter ? Math.round(2 * random.next() - 1) : 0);
    const round = Math.max(last, Math.min(rounds - 1, Math.max(1, Math.round((hundredth * rounds) / 100))));
    last = round;
    return { round, kind, who };
  });
}
