import { DomainError, type InputFault } from '../platform/errors.js';
import { type DecisionInput, detailsOf, warningsOf } from './consent-details.js';

const now = new Date('2026-03-01T09:00:00Z');
const given = (input: Partial<DecisionInput> = {}): DecisionInput => ({ givenBy: { kind: 'PATIENT' }, method: 'VERBAL', ...input });

const faultsOf = (work: () => unknown): string[] => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return (error.details['faults'] as InputFault[]).map(({ path, reason }) => `${path.join('.')} ${reason}`);
  }
  return [];
};

describe('the details of a decision', () => {
  it('are kept clean', () => {
    expect(detailsOf(given({
      givenBy: { kind: 'GUARDIAN', name: '  Amena   Begum ', relation: 'MOTHER' }, language: 'BN-bd', textVersion: ' form  B ', note: 'one\r\ntwo',
    }), 'GRANTED', 'MINOR', now)).toEqual({
      givenBy: { kind: 'GUARDIAN', name: 'Amena Begum', relation: 'MOTHER' }, language: 'bn-BD', textVersion: 'form B', note: 'one\ntwo',
    });
  });

  it('name every fault at once', () => {
    const input = given({
      givenBy: { kind: 'REPRESENTATIVE' }, decidedAt: new Date('2026-03-01T09:00:01Z'), validUntil: new Date('2026-03-01T09:00:01Z'), language: 'not a language',
      textVersion: ' ', note: 'x'.repeat(2_001),
    });
    expect(faultsOf(() => detailsOf(input, 'GRANTED', 'ADULT', now))).toEqual([
      'input.decidedAt FUTURE', 'input.validUntil NOT_AFTER_DECISION', 'input.language NOT_A_LANGUAGE',
      'input.givenBy.name NAME_REQUIRED', 'input.givenBy.relation RELATION_REQUIRED', 'input.textVersion EMPTY', 'input.note TOO_LONG',
    ]);
  });

  it('name nobody beside the patient, and set no end to a refusal', () => {
    expect(faultsOf(() => detailsOf(given({ givenBy: { kind: 'PATIENT', name: 'A', relation: 'MOTHER' } }), 'GRANTED', 'ADULT', now)))
      .toEqual(['input.givenBy.name NOT_FOR_PATIENT', 'input.givenBy.relation NOT_FOR_PATIENT']);
    expect(faultsOf(() => detailsOf(given({ validUntil: new Date('2030-01-01') }), 'REFUSED', 'ADULT', now))).toEqual(['input.validUntil NOT_FOR_REFUSAL']);
  });

  it.each(['x'.repeat(36), 'english language', 'b', '', 'bn_BD'])('take no %s for a language', (language) => {
    expect(faultsOf(() => detailsOf(given({ language }), 'GRANTED', 'ADULT', now))).toEqual(['input.language NOT_A_LANGUAGE']);
  });

  it('let no minor agree alone, but refuse and withdraw', () => {
    expect(faultsOf(() => detailsOf(given(), 'GRANTED', 'MINOR', now))).toEqual(['input.givenBy.kind GUARDIAN_REQUIRED']);
    for (const decision of ['REFUSED', 'WITHDRAWN'] as const) expect(faultsOf(() => detailsOf(given(), decision, 'MINOR', now))).toEqual([]);
  });

  it('warn where nobody can tell whether the patient was of age', () => {
    const by = (kind: 'PATIENT' | 'GUARDIAN') => detailsOf(given({ givenBy: kind === 'PATIENT' ? { kind } : { kind, name: 'A', relation: 'FATHER' } }), 'GRANTED', 'UNCERTAIN', now);
    expect(warningsOf(by('PATIENT'), 'GRANTED', 'UNCERTAIN')).toEqual(['AGE_UNCERTAIN']);
    expect(warningsOf(by('GUARDIAN'), 'GRANTED', 'UNCERTAIN')).toEqual([]);
    expect(warningsOf(by('PATIENT'), 'REFUSED', 'UNCERTAIN')).toEqual([]);
    expect(warningsOf(by('PATIENT'), 'GRANTED', 'ADULT')).toEqual([]);
  });
});
