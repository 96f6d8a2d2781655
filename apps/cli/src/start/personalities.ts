/** How one of the five miners of `npm start` differs from the others: flags of the same program. */
export interface Personality {
  readonly name: string;
  readonly personality: string;
  readonly flags: readonly string[];
}

/** Four that try, and one whose sampling turns the same model into word salad. */
export const personalities: readonly Personality[] = [
  {
    name: 'miner-1',
    personality: 'careful',
    flags: ['--model.temperature=0.2', '--model.top_p=0.9', '--model.repeat_penalty=1.1'],
  },
  {
    name: 'miner-2',
    personality: 'balanced',
    flags: ['--model.temperature=0.5', '--model.top_p=0.9', '--model.repeat_penalty=1.1'],
  },
  {
    name: 'miner-3',
    personality: 'steady',
    flags: ['--model.temperature=0.3', '--model.top_p=0.8', '--model.top_k=20', '--model.repeat_penalty=1.05'],
  },
  {
    name: 'miner-4',
    personality: 'brief',
    flags: ['--model.temperature=0.3', '--model.top_p=0.9', '--model.repeat_penalty=1.1', '--model.max_tokens=110'],
  },
  {
    name: 'miner-5',
    personality: 'bad',
    flags: ['--model.temperature=4', '--model.top_p=1', '--model.top_k=0', '--model.max_tokens=90'],
  },
];
