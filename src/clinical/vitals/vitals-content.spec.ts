import { DomainError } from '../../platform/errors.js';
import { InputCheck } from '../../platform/input-check.js';
import { type AgeInMonths, measuredVitals, usualRange, vitalMeasures } from './vital-measures.js';
import { type StatedQuantity, type VitalsContent, valueOf, vitalFields, vitalsFrom } from './vitals-content.js';

type Stated = Record<string, StatedQuantity | string | null | undefined>;

const grown: AgeInMonths = { least: 40 * 12, most: 40 * 12 };

const read = (stated: Stated, age = grown): VitalsContent => {
  const check = new InputCheck();
  const content = vitalsFrom(check, stated, age);
  check.throwIfAny();
  return content;
};

const faults = (stated: Stated): unknown[] => {
  try {
    read(stated);
    return [];
  } catch (error) {
    return ((error as DomainError).details['faults'] as Array<{ path: string[]; reason: string; params?: object }>)
      .map(({ path, reason, params }) => [path.join('.'), reason, ...(params ? [params] : [])]);
  }
};

const only = (stated: Record<string, StatedQuantity>, age?: AgeInMonths) => read(stated, age).measured[0]!;

describe('what was measured', () => {
  it('is kept as stated and in the canonical unit, exactly', () => {
    expect(read({
      systolic: { value: '120' }, diastolic: { value: '80', unit: 'mm[Hg]' }, temperature: { value: '98.6', unit: '[degF]' }, weight: { value: '154.32', unit: '[lb_av]' },
      bloodGlucose: { value: '100', unit: 'mg/dL', timing: 'FASTING' }, note: '  sitting ',
    })).toEqual({
      note: 'sitting',
      measured: [
        { measure: 'SYSTOLIC', value: '120', unit: 'mm[Hg]', canonical: '120' },
        { measure: 'DIASTOLIC', value: '80', unit: 'mm[Hg]', canonical: '80' },
        { measure: 'TEMPERATURE', value: '98.6', unit: '[degF]', canonical: '37' },
        { measure: 'WEIGHT', value: '154.32', unit: '[lb_av]', canonical: '69.998' },
        { measure: 'BLOOD_GLUCOSE', value: '100', unit: 'mg/dL', canonical: '5.55', timing: 'FASTING' },
      ],
    });
  });

  it.each([
    ['temperature', '37.50', 'Cel', '37.5'], ['temperature', '100.4', '[degF]', '38'], ['temperature', '99', '[degF]', '37.22'], ['temperature', '95.1', '[degF]', '35.06'],
    ['weight', '3.250', 'kg', '3.25'], ['weight', '1.1', '[lb_av]', '0.499'], ['weight', '200', '[lb_av]', '90.718'],
    ['height', '67', '[in_i]', '170.2'], ['height', '5.5', '[ft_i]', '167.6'], ['headCircumference', '15.75', '[in_i]', '40'],
    ['bloodGlucose', '18.0', 'mg/dL', '1'], ['bloodGlucose', '7', 'mmol/L', '7'], ['bloodGlucose', '300', 'mg/dL', '16.65'],
  ])('%s of %s %s is %s', (field, value, unit, canonical) => {
    expect(only({ [field]: { value, unit } })).toMatchObject({ value, unit, canonical });
  });

  it('takes a height in feet and inches', () => {
    expect(only({ height: { value: '5', unit: '[ft_i]', inches: '7' } })).toEqual({ measure: 'HEIGHT', value: '5', unit: '[ft_i]', inches: '7', canonical: '170.2' });
    expect(only({ height: { value: '5', unit: '[ft_i]', inches: '0' } }).canonical).toBe('152.4');
    expect(faults({ height: { value: '170', unit: 'cm', inches: '7' } })).toEqual([['input.height.inches', 'ONLY_WITH_FEET']]);
    expect(faults({ height: { value: '5.5', unit: '[ft_i]', inches: '7' } })).toEqual([['input.height.value', 'TOO_PRECISE', { places: 0 }]]);
    expect(faults({ height: { value: '5', unit: '[ft_i]', inches: '12' } })).toEqual([['input.height.inches', 'IMPLAUSIBLE', { min: 0, below: 12, unit: '[in_i]' }]]);
    expect(faults({ height: { value: '5', unit: '[ft_i]', inches: '-1' } })).toEqual([['input.height.inches', 'IMPLAUSIBLE', { min: 0, below: 12, unit: '[in_i]' }]]);
    expect(faults({ height: { value: '5', unit: '[ft_i]', inches: '1.125' } })).toEqual([['input.height.inches', 'TOO_PRECISE', { places: 2 }]]);
  });

  it('has a unit that its measure knows, and needs none where there is but one', () => {
    expect(faults({ weight: { value: '70' }, pulse: { value: '70', unit: 'kg' }, temperature: { value: '37', unit: 'C' } })).toEqual([
      ['input.pulse.unit', 'WRONG_UNIT', { units: '/min' }],
      ['input.temperature.unit', 'WRONG_UNIT', { units: 'Cel [degF]' }],
      ['input.weight.unit', 'REQUIRED', { units: 'kg [lb_av]' }],
    ]);
  });

  it('is no more precise than can be measured', () => {
    expect(faults({ pulse: { value: '70.5' }, temperature: { value: '37.125', unit: 'Cel' } })).toEqual([
      ['input.pulse.value', 'TOO_PRECISE', { places: 0 }], ['input.temperature.value', 'TOO_PRECISE', { places: 2 }],
    ]);
  });

  it.each(measuredVitals.map((measure) => [measure] as const))('%s is refused just outside what is possible, and taken just within', (measure) => {
    const { units, possible } = vitalMeasures[measure];
    const field = vitalFields[measure];
    const { code: unit, places } = units[0];
    const step = (text: string, by: number) => (Number(text) + by * 10 ** -places).toFixed(places);
    const pressed = measure === 'DIASTOLIC' ? { systolic: { value: '300' } } : {};
    const fault = [[`input.${field}.value`, 'IMPLAUSIBLE', { min: Number(possible.low), max: Number(possible.high), unit }]];
    for (const value of [step(possible.low, -1), step(possible.high, 1)]) expect(faults({ ...pressed, [field]: { value, unit } })).toEqual(fault);
    for (const value of [possible.low, possible.high]) expect(faults({ ...pressed, [field]: { value, unit } })).toEqual([]);
  });

  it('is judged before it is rounded: what is over the limit by a hair is over it', () => {
    expect(faults({ temperature: { value: '116.61', unit: '[degF]' } })).toEqual([['input.temperature.value', 'IMPLAUSIBLE', { min: 10, max: 47, unit: 'Cel' }]]);
    expect(faults({ temperature: { value: '116.60', unit: '[degF]' } })).toEqual([]);
  });

  it('has a systolic pressure above the diastolic one', () => {
    expect(faults({ systolic: { value: '80' }, diastolic: { value: '80' } })).toEqual([['input.diastolic.value', 'NOT_BELOW_SYSTOLIC']]);
    expect(faults({ systolic: { value: '80' }, diastolic: { value: '120' } })).toEqual([['input.diastolic.value', 'NOT_BELOW_SYSTOLIC']]);
    expect(faults({ diastolic: { value: '80' } })).toEqual([['input.diastolic', 'SYSTOLIC_REQUIRED']]);
    expect(faults({ systolic: { value: '80' } })).toEqual([]);
  });

  it('is something', () => {
    expect(faults({})).toEqual([['input', 'EMPTY']]);
    expect(faults({ note: 'calm', pulse: null })).toEqual([['input', 'EMPTY']]);
    expect(faults({ pulse: { value: '70' }, note: 'x'.repeat(501) })).toEqual([['input.note', 'TOO_LONG', { max: 500 }]]);
  });
});

describe('what is unusual', () => {
  it('is taken and marked', () => {
    expect(only({ pulse: { value: '131' } }).warning).toBe('UNUSUALLY_HIGH');
    expect(only({ pulse: { value: '40' } }).warning).toBe('UNUSUALLY_LOW');
    expect(only({ pulse: { value: '41' } })).not.toHaveProperty('warning');
    expect(only({ pain: { value: '10' } })).not.toHaveProperty('warning');
  });

  it('depends on the age: 150 a minute is calm in a baby and not in a man', () => {
    expect(only({ pulse: { value: '150' } }, { least: 2, most: 2 })).not.toHaveProperty('warning');
    expect(only({ pulse: { value: '150' } }).warning).toBe('UNUSUALLY_HIGH');
    expect(only({ weight: { value: '12', unit: 'kg' } }, { least: 24, most: 24 })).not.toHaveProperty('warning');
    expect(only({ weight: { value: '12', unit: 'kg' } }).warning).toBe('UNUSUALLY_LOW');
  });

  it('is only what is unusual at each age that somebody may have', () => {
    expect(usualRange('PULSE', { least: 11, most: 12 })).toEqual({ low: '88', high: '161' });
    expect(usualRange('PULSE', { least: 12, most: 12 })).toEqual({ low: '88', high: '156' });
    expect(usualRange('PULSE', { least: 0, most: Infinity })).toEqual({ low: '41', high: '181' });
    expect(usualRange('PAIN', { least: 0, most: Infinity })).toBeUndefined();
  });
});

describe('the table of limits', () => {
  it.each(measuredVitals.map((measure) => [measure] as const))('of %s has ages that rise from birth, and usual ranges within the possible one', (measure) => {
    const { usual, possible } = vitalMeasures[measure];
    const ages = usual.map(({ fromMonths }) => fromMonths);
    expect(ages).toEqual([...new Set(ages)].sort((a, b) => a - b));
    if (ages.length) expect(ages[0]).toBe(0);
    for (const { low, high } of usual) {
      expect(Number(low)).toBeLessThan(Number(high));
      expect(Number(low)).toBeGreaterThanOrEqual(Number(possible.low));
      expect(Number(high)).toBeLessThanOrEqual(Number(possible.high));
    }
  });
});

describe('what is reckoned from weight and height', () => {
  const { measured } = read({ weight: { value: '70', unit: 'kg' }, height: { value: '175', unit: 'cm' } });

  it('is the body mass index and the body surface area', () => {
    expect(valueOf(measured, 'BODY_MASS_INDEX')).toBe('22.9');
    expect(valueOf(measured, 'BODY_SURFACE_AREA')).toBe('1.84');
    expect(valueOf(measured, 'WEIGHT')).toBe('70');
  });

  it('is nothing without both', () => {
    for (const one of [{ weight: { value: '70', unit: 'kg' } }, { height: { value: '175', unit: 'cm' } }]) {
      expect(valueOf(read(one).measured, 'BODY_MASS_INDEX')).toBeUndefined();
      expect(valueOf(read(one).measured, 'BODY_SURFACE_AREA')).toBeUndefined();
    }
  });
});
