import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate, checkCalibration } from '../../src/calibration.js';
import { fitCalibration } from '../../src/isotonic.js';

describe('a calibration fitted to grades', () => {
  it.each([
    {
      name: 'goes through grades that rise with the reward',
      points: [
        [0.2, 0],
        [0.5, 0.4],
        [0.9, 0.7],
      ],
      table: [
        [0, 0],
        [0.2, 0],
        [0.5, 0.4],
        [0.9, 0.7],
        [1, 1],
      ],
    },
    {
      name: 'pools those that fall',
      points: [
        [0.2, 0],
        [0.4, 0.8],
        [0.6, 0.4],
        [0.8, 1],
      ],
      table: [
        [0, 0],
        [0.2, 0],
        [0.5, 0.6],
        [0.8, 1],
        [1, 1],
      ],
    },
    {
      name: 'takes the mean of grades for one reward, also at the ends',
      points: [
        [0, 0],
        [0, 0.2],
        [1, 0.7],
        [1, 0.9],
      ],
      table: [
        [0, 0.1],
        [1, 0.8],
      ],
    },
    {
      name: 'is the identity without grades',
      points: [],
      table: [
        [0, 0],
        [1, 1],
      ],
    },
  ])('$name', ({ points, table }) => {
    expect(fitCalibration(points.map(([raw = 0, grade = 0]) => ({ raw, grade })))).toEqual(table);
  });

  const share = fc.integer({ min: 0, max: 100 }).map((n) => n / 100);
  const graded = fc.array(fc.record({ raw: share, grade: share }), { minLength: 1, maxLength: 60 });

  it('is a table of any grades, in any order', () => {
    fc.assert(
      fc.property(graded, (points) => {
        const table = fitCalibration(points);
        expect(checkCalibration(table)).toEqual(table);
        expect(fitCalibration(points.toReversed())).toEqual(table);
      }),
    );
  });

  it('takes the bias away where every block is of one reward', () => {
    const points = [0.3, 0.3, 0.6, 0.8, 0.8].map((raw) => ({ raw, grade: raw * raw }));
    const table = fitCalibration(points);
    const bias = points.reduce((sum, { raw, grade }) => sum + calibrate(raw, table) - grade, 0);
    expect(bias).toBeCloseTo(0, 3);
  });
});
