import fc from 'fast-check';
import { letterDistance, soundDistance } from './name-distance.js';

describe('letterDistance', () => {
  it.each([
    ['', '', 0], ['abc', 'abc', 0], ['abc', '', 3], ['ca', 'abc', 3], ['rahim', 'rahmi', 1], ['rahim', 'rahm', 1], ['rahim', 'rahiim', 1], ['rahim', 'rakim', 1], ['rahim', 'karim', 2],
  ])('from %j to %j is %i', (one, other, distance) => {
    expect(letterDistance(one, other)).toBe(distance);
  });

  it('is the same both ways, none only between equals, and at most the longer length', () => {
    const text = fc.string({ unit: fc.constantFrom(...'abক'), maxLength: 8 });
    fc.assert(fc.property(text, text, (one, other) => {
      expect(letterDistance(one, other)).toBe(letterDistance(other, one));
      expect(letterDistance(one, other) === 0).toBe(one === other);
      expect(letterDistance(one, other)).toBeLessThanOrEqual(Math.max(one.length, other.length));
    }));
  });
});

describe('soundDistance', () => {
  it.each([
    ['R@HiM', 'RaHiM', 0], ['RoHMaN', 'RaHMaN', 0.25], ['KaRiM', 'KaRiMa', 1.1], ['R@HMaN', 'RHMaN', 0.1], ['RaHiM', 'KaRiM', 2],
  ])('from %s to %s is %d', (one, other, distance) => {
    expect(soundDistance(one, other)).toBeCloseTo(distance);
  });

  it('does not count what follows when the one is the beginning of the other', () => {
    expect(soundDistance('RaH', 'RaHiMa', true)).toBe(0);
    expect(soundDistance('ReH', 'RaHiMa', true)).toBeCloseTo(0.4);
    expect(soundDistance('RaH', 'KaRiMa', true)).toBeGreaterThan(1);
  });

  it('is the same both ways, and none from a sound to itself', () => {
    const sound = fc.string({ unit: fc.constantFrom(...'RHKMaeiou@'), maxLength: 8 });
    fc.assert(fc.property(sound, sound, (one, other) => {
      expect(soundDistance(one, other)).toBeCloseTo(soundDistance(other, one));
      expect(soundDistance(one, one)).toBe(0);
    }));
  });
});
