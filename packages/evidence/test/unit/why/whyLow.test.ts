import { describe, expect, it } from 'vitest';
import { type MinerFacts, whyLow } from '../../../src/index.js';

const fine: MinerFacts = {
  serving: true,
  rounds: 20,
  asked: 20,
  answered: 20,
  unpaid: null,
  responseRate: 1,
  refused: {},
  gated: {},
  capped: {},
  copies: 0,
  undecided: 0,
  strikes: 0,
  inCluster: false,
  quality: 72,
  fieldQuality: 65,
  time: 100,
  responseMs: 4200,
  rubric: 0.7,
  versus: 0.8,
  facts: null,
  lengthAdjustment: 0,
  rating: null,
};

const cases: readonly [name: string, facts: Partial<MinerFacts>, codes: string[], words: RegExp | null][] = [
  ['says nothing about a miner that does well', {}, [], null],
  [
    'names only the missing address of a miner nobody can ask',
    { serving: false, strikes: 2 },
    ['no_axon'],
    /no address/,
  ],
  ['tells a miner that was never in a round', { rounds: 0, asked: 0 }, ['never_asked'], /not been in a finished round/],
  [
    'puts cheating first',
    { strikes: 1, refused: { timeout: 3 } },
    ['strikes', 'refused:timeout'],
    /^1 confirmed try to cheat/,
  ],
  [
    'counts late answers against those asked',
    { refused: { timeout: 3 } },
    ['refused:timeout'],
    /^3 of 20 answers came too late/,
  ],
  [
    'sorts refusals by how often',
    { refused: { timeout: 1, forbidden: 4 } },
    ['refused:forbidden', 'refused:timeout'],
    null,
  ],
  ['has words for an unknown refusal', { refused: { something: 1 } }, ['refused:something'], /did not come/],
  [
    'explains a gate',
    { gated: { too_short: 2 } },
    ['gate:too_short'],
    /^2 answers earned 0 before judging: fewer than 15 words/,
  ],
  [
    'explains the crisis cap',
    { capped: { 'critical:no_crisis_route': 1 } },
    ['cap:critical:no_crisis_route'],
    /help in a crisis/,
  ],
  [
    'explains any other cap as a safety rule',
    { capped: { 'critical:q-r2': 1 } },
    ['cap:critical:q-r2'],
    /broke a safety rule/,
  ],
  ['explains the cap on what is off topic', { capped: { off_topic: 2 } }, ['cap:off_topic'], /speak to the question/],
  ['tells copies', { copies: 1 }, ['copies'], /^1 answer repeated/],
  ['tells a copying group', { inCluster: true }, ['cluster'], /share one place/],
  [
    'compares quality with the field and names the weakest part',
    { quality: 41, versus: 0.3 },
    ['quality'],
    /41 of 100; the middle of the field is 65\. Weakest part: the comparison with the reference answer \(30\)/,
  ],
  ['lets a small gap to the field pass', { quality: 64 }, [], null],
  ['says that poor answers get nothing for speed', { quality: 15, time: null }, ['quality', 'no_time_bonus'], null],
  ['tells slow answers', { time: 50, responseMs: 14_300 }, ['slow'], /14\.3 s on average and gets 50 of 100/],
  ['tells what length costs', { lengthAdjustment: -0.03 }, ['length'], /costs 3\.0 points/],
  ['tells undecided answers', { undecided: 1 }, ['undecided'], /could not decide on 1 answer/],
  ['tells a low response rate', { unpaid: 'low_response_rate', responseRate: 0.4 }, ['low_response_rate'], /40 %/],
  ['tells too few judged answers', { unpaid: 'too_few_judged' }, ['too_few_judged'], null],
  ['tells that nothing was earned', { unpaid: 'nothing_earned' }, ['nothing_earned'], null],
  ['tells a newcomer', { rounds: 1 }, ['newcomer'], /new \(1 round\)/],
  [
    'tells bad ratings and their share',
    { rating: { mean: 2.3, n: 12, share: 0.075 } },
    ['rating'],
    /2\.3 of 5 \(12 ratings\), which is 8 %/,
  ],
  ['says nothing about good ratings', { rating: { mean: 4.3, n: 12, share: 0.075 } }, [], null],
];

describe('why a score is low', () => {
  it.each(cases)('%s', (_, facts, codes, words) => {
    const reasons = whyLow({ ...fine, ...facts });
    expect(reasons.map((reason) => reason.code)).toEqual(codes);
    if (words) expect(reasons[0]?.sentence).toMatch(words);
    for (const { sentence } of reasons) expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
  });
});
