import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { peopleFor, timeoutFor } from './plan.mjs';

/** Share of the rounds, before anything is measured: code is compiled and the JavaScript heap finds its size. */
const WARM_UP = 0.3;

export const HELP = `Usage: pnpm run soak --rounds 500 --out FOLDER

Runs chain, validator and miners as real processes on loopback with a compressed clock, lets miners come, go, cheat and break,
and the chain, wandb and the disk fail, then checks what must hold. Leaves README.md, summary.json, plots, evidence and logs in
FOLDER. Exit code 0: every check holds; 1: one does not, or the run broke off; 2: wrong flags.

  --rounds N        rounds to run (default 500; 20 is the quick form)
  --warm_up N       of these, by which memory and handles are not measured (default: the first 30 in 100)
  --out FOLDER      for report, plots, evidence and logs (default .cache/soak)
  --seed N          of the plan of events (default 20261125)
  --block_ms N      block time of the chain, ms (default 500)
  --tempo N         blocks per epoch (default 20)
  --interval S      seconds from the start of one round to the start of the next (default 2)
  --minutes N       the run is given up after so long (default by the number of rounds)
  --judge FOLDER    runs nothing: judges the facts.json of an earlier run again and writes its report anew`;

/** @returns the options, or a text to print and leave with code 2 */
export function readOptions(args) {
  const flag = (value) => ({ type: /** @type {const} */ ('string'), default: String(value) });
  let values;
  try {
    ({ values } = parseArgs({
      args: args.filter((word) => word !== '--'),
      options: {
        ...{ rounds: flag(500), out: flag('.cache/soak'), seed: flag(20_261_125), block_ms: flag(500) },
        ...{
          warm_up: flag(''),
          tempo: flag(20),
          interval: flag(2),
          minutes: flag(''),
          judge: flag(''),
          help: { type: /** @type {const} */ ('boolean'), default: false },
        },
      },
    }));
  } catch (error) {
    return { wrong: `${error.message}\n\n${HELP}` };
  }
  if (values.help) return { help: HELP };
  if (values.judge !== '') return { judge: resolve(values.judge) };
  const number = (name) => Number(values[name]);
  const rounds = number('rounds');
  const options = {
    rounds,
    warmUp: values.warm_up === '' ? Math.ceil(rounds * WARM_UP) : number('warm_up'),
    out: resolve(values.out),
    seed: number('seed'),
    blockMs: number('block_ms'),
    tempo: number('tempo'),
    intervalS: number('interval'),
    minutes: values.minutes === '' ? 6 + rounds / 8 : number('minutes'),
  };
  const bad = Object.entries(options).find(
    ([name, value]) => name !== 'out' && !(Number.isFinite(value) && Number(value) > 0),
  );
  if (bad) return { wrong: `--${bad[0]} must be a number above 0\n\n${HELP}` };
  if (options.warmUp >= rounds) return { wrong: `--warm_up must be below --rounds\n\n${HELP}` };
  return { options: { ...options, people: peopleFor(rounds), timeoutS: timeoutFor(rounds) } };
}
