import { describe, expect, it } from 'vitest';
import { chooseQuestions } from '../../src/round/chooseQuestions.js';
import { roundSeed, seededRandom } from '../../src/round/seed.js';
import { bank } from './fixture.js';

const choose = (n: number, label: string, uses: Parameters<typeof chooseQuestions>[1] = []) =>
  chooseQuestions(bank, uses, n, seededRandom('s', label));

describe('the questions of a round', () => {
  it('have as many themes as there are questions, and more than one kind', () => {
    for (let i = 0; i < 50; i += 1) {
      const chosen = choose(4, String(i));
      expect(new Set(chosen.map((question) => question.theme)).size).toBe(4);
      expect(new Set(chosen.map((question) => question.kind)).size).toBeGreaterThan(1);
    }
  });

  it('are those asked least, so that the whole bank comes round', () => {
    const times = new Map<string, number>();
    for (let round = 0; round < bank.length / 2; round += 1) {
      const uses = [...times].map(([bankId, n]) => ({ bankId, times: n, lastRound: round }));
      for (const { id } of choose(4, String(round), uses)) times.set(id, (times.get(id) ?? 0) + 1);
    }
    expect(times.size).toBe(bank.length);
  });

  it.each([1, 2, 4, 8])('are corrections of doctors for a quarter of %i at most, however many there are', (n) => {
    const corrections = bank.flatMap((question) =>
      [1, 2, 3, 4, 5].map((copy) => ({ ...question, id: `gold-${question.id}-${copy}` })),
    );
    let gold = 0;
    const rounds = 400;
    for (let round = 0; round < rounds; round += 1) {
      const uses = bank.map(({ id }) => ({ bankId: id, times: 9, lastRound: round }));
      const drawn = chooseQuestions([...bank, ...corrections], uses, n, seededRandom('s', String(round)));
      expect(drawn).toHaveLength(n);
      const own = drawn.filter(({ id }) => id.startsWith('gold-')).length;
      expect(own).toBeLessThanOrEqual(Math.ceil(n / 4));
      gold += own;
    }
    expect(gold / (rounds * n)).toBeGreaterThan(0.15);
    expect(gold / (rounds * n)).toBeLessThan(0.35);
  });

  it('are corrections beyond that where there is nothing else', () => {
    const corrections = bank.map((question) => ({ ...question, id: `gold-${question.id}` }));
    expect(chooseQuestions([...bank.slice(0, 1), ...corrections], [], 4, seededRandom('s', 'x'))).toHaveLength(4);
  });

  it('are fixed by the seed alone', () => {
    const ids = (label: string) => choose(6, label).map((question) => question.id);
    expect(ids('a')).toEqual(ids('a'));
    expect(ids('a')).not.toEqual(ids('b'));
  });

  it('are all there are when more are asked for', () => {
    expect(choose(bank.length + 5, 'x')).toHaveLength(bank.length);
  });
});

describe('the seed of a round', () => {
  it('depends on the block, the secret and the round', () => {
    const seeds = [
      roundSeed('0x1', 's', 1),
      roundSeed('0x2', 's', 1),
      roundSeed('0x1', 't', 1),
      roundSeed('0x1', 's', 2),
    ];
    expect(new Set(seeds).size).toBe(4);
    expect(roundSeed('0x1', 's', 1)).toBe(seeds[0]);
  });
});
