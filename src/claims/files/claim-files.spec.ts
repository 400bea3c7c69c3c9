import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { validateXML } from 'xmllint-wasm';
import { isLicence, isOfForm } from './code-formats.js';
import { decimalOf, instantOf, minorUnitsOf, stampOf } from './file-values.js';
import { type Remittance, readRemittance } from './remittance-file.js';
import { ACTIVITY_TYPES, type ActivityType, type FiledClaim, type Submission, submissionText } from './submission-file.js';
import { childrenOf, readXml } from './xml.js';

const DUBAI = 'Asia/Dubai';
const fixture = (fileName: string) => ({ fileName, contents: readFileSync(`test/fixtures/eclaims/${fileName}`, 'utf8') });
const submissionSchema = fixture('claim-submission.xsd');
const remittanceSchema = fixture('remittance-advice.xsd');
const values = fixture('values.xsd');

const amounts = fc.bigInt({ min: 0n, max: 100_000_000_000n });
const words = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9&<>"'/-]{0,30}$/);
const minutes = fc.integer({ min: Date.UTC(2012, 6) / 60_000, max: Date.UTC(2100, 0) / 60_000 }).map((minute) => new Date(minute * 60_000));
// What a comment can hold after it was cleaned: no control characters but tabs and line ends.
const comments = fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }).filter((text) => !/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(text) && text.trim() !== '');
const types = fc.constantFrom(...(Object.keys(ACTIVITY_TYPES) as ActivityType[]));

const claims: fc.Arbitrary<FiledClaim> = fc.record({
  id: words, idPayer: fc.option(words), memberId: words, payerId: words, emiratesId: fc.constantFrom('784-1990-1234567-6', '999-9999-9999999-9'), gross: amounts, patientShare: amounts, net: amounts,
  patientId: words, start: minutes, end: minutes,
  diagnoses: fc.array(fc.record({ type: fc.constantFrom('Principal' as const, 'Secondary' as const), code: fc.constantFrom('E11.9', 'J06.9', 'I10') }), { minLength: 1, maxLength: 4 }),
  activities: fc.array(fc.record({
    id: words, start: minutes, type: types, code: fc.constantFrom('99213', 'D0120'), quantity: fc.constantFrom('1', '2.5', '0.0001'), net: amounts, clinician: words, priorAuthorizationId: fc.option(words),
  }), { minLength: 1, maxLength: 4 }),
  resubmission: fc.option(fc.record({ type: fc.constantFrom('correction' as const, 'internal complaint' as const), comment: comments })),
});

const submissions: fc.Arbitrary<Submission> = fc.record({
  authority: fc.constantFrom('DHA' as const, 'DOH' as const), facilityId: words, receiverId: words, at: minutes, timeZone: fc.constantFrom(DUBAI, 'Asia/Dhaka'),
  disposition: fc.constantFrom('PRODUCTION' as const, 'TEST' as const), claims: fc.array(claims, { minLength: 1, maxLength: 3 }),
});

describe('values of files', () => {
  it('gives amounts back as they were', () => {
    fc.assert(fc.property(fc.bigInt({ min: -100_000_000_000n, max: 100_000_000_000n }), (amount) => minorUnitsOf(decimalOf(amount)) === amount));
  });

  it.each([['78.4', 7_840n], ['78', 7_800n], ['0.05', 5n], ['-3.10', -310n], ['78.4000', 7_840n], ['78.405', null], ['7.84E1', null], ['', null], ['1,000.00', null], ['NaN', null], ['.5', null], ['9999999999999', null]])('reads the amount %s as %s', (text, amount) => {
    expect(minorUnitsOf(text)).toBe(amount);
  });

  it('gives minutes back as they were, on the clock of the facility', () => {
    fc.assert(fc.property(minutes, (instant) => instantOf(stampOf(instant, DUBAI), DUBAI)!.getTime() === instant.getTime()));
    expect(stampOf(new Date('2026-11-23T20:05:00Z'), DUBAI)).toBe('24/11/2026 00:05');
  });

  it.each(['31/02/2026 10:00', '23/13/2026', '2026-11-23', '23/11/2026 24:00', '1/1/2026', '23/11/2026 10:60', ''])('takes %s for no time', (text) => {
    expect(instantOf(text, DUBAI)).toBeNull();
  });
});

describe('forms of codes', () => {
  it.each<[ActivityType, string, boolean]>([
    ['CPT', '99213', true], ['CPT', '0001F', true], ['CPT', '9921', false], ['CPT', '992133', false], ['HCPCS', 'J1100', true], ['HCPCS', '99213', false],
    ['DRUG', '0005-116801-0391', true], ['DRUG', 'B46-4387-00778-01', true], ['DRUG', '12345', false], ['DENTAL', 'D0120', true], ['DENTAL', '01202', true], ['SERVICE', '17-13', true], ['SERVICE', '9', true], ['SERVICE', 'A9', false],
  ])('%s %s: %s', (type, code, fits) => {
    expect(isOfForm(type, code)).toBe(fits);
  });

  it.each([['DHA-F-0000123', true], ['DHA/LS/123/456', true], ['GD12345', true], ['MF1234', true], ['DHA 123', false], ['', false], ['A', false]])('licence %s: %s', (text, fits) => {
    expect(isLicence(text)).toBe(fits);
  });
});

describe('files of claims', () => {
  it('hold what was written', () => {
    fc.assert(fc.property(submissions, (submission) => expect(reread(submissionText(submission), submission)).toEqual(submission)));
  });

  it('have the published order', async () => {
    expect(await faultsOf(fc.sample(submissions, 100).map(submissionText), submissionSchema)).toEqual([]);
  });

  it('fail the published order when an element moves', async () => {
    const text = submissionText({ authority: 'DHA', facilityId: 'F', receiverId: 'R', at: new Date(0), timeZone: DUBAI, disposition: 'TEST', claims: fc.sample(claims, { numRuns: 1, seed: 1 }) });
    expect(await faultsOf([text.replace(/(<Gross>.*<\/Gross>)(\s*)(<PatientShare>.*<\/PatientShare>)/, '$3$2$1')], submissionSchema)).not.toEqual([]);
  });

  it('are not written with characters that XML does not allow', () => {
    const [claim] = fc.sample(claims, 1);
    const bad = (comment: string) => submissionText({ authority: 'DHA', facilityId: 'F', receiverId: 'R', at: new Date(0), timeZone: DUBAI, disposition: 'TEST', claims: [{ ...claim!, resubmission: { type: 'correction', comment } }] });
    for (const text of ['a\u0000b', 'a\ud800b', 'a\uffffb', '\u0008']) expect(() => bad(text)).toThrow('characters that XML does not allow');
  });
});

const remittances: fc.Arbitrary<Remittance> = fc.record({
  senderId: words, receiverId: words, at: minutes, disposition: fc.constant('PRODUCTION'),
  claims: fc.uniqueArray(fc.record({
    id: words, idPayer: words, providerId: fc.option(words), denialCode: fc.option(words), paymentReference: words, settledAt: fc.option(minutes),
    activities: fc.uniqueArray(fc.record({ id: words, net: amounts, paid: amounts, denialCode: fc.option(words) }), { minLength: 1, maxLength: 4, selector: ({ id }) => id }),
  }), { minLength: 1, maxLength: 4, selector: ({ id }) => id }),
});

describe('remittances', () => {
  it('are read as the payer wrote them', () => {
    fc.assert(fc.property(remittances, (remittance) => expect(readRemittance(remittanceText(remittance), DUBAI)).toEqual({ remittance })));
  });

  it('are tried with such as have the published order', async () => {
    expect(await faultsOf(fc.sample(remittances, 100).map(remittanceText), remittanceSchema)).toEqual([]);
  });

  it('are taken or told the faults of, whatever they are', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => 'faults' in readRemittance(text, DUBAI)));
    fc.assert(fc.property(remittances, fc.nat(), fc.nat(40), (remittance, at, length) => {
      const text = remittanceText(remittance);
      readRemittance(text.slice(0, at % text.length) + text.slice((at % text.length) + length), DUBAI);
    }));
  });

  it.each([
    ['an external entity', '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<Remittance.Advice>&e;</Remittance.Advice>', 'NOT_XML'],
    ['entities that grow', `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">${[...'bcdefghij'].map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghij'[index]};`.repeat(10)}">`).join('')}]>\n<r>&j;</r>`, 'NOT_XML'],
    ['a document type without a use', '<!DOCTYPE Remittance.Advice>\n<Remittance.Advice/>', 'DOCTYPE'],
    ['elements without end', `${'<a>'.repeat(200_000)}${'</a>'.repeat(200_000)}`, 'NOT_XML'],
    ['something else', '{"Remittance": 1}', 'NOT_XML'], ['nothing', '', 'NOT_XML'], ['another file', '<Claim.Submission/>', 'OTHER_FILE'],
  ])('are refused with %s', (_, text, reason) => {
    expect(readRemittance(text, DUBAI)).toEqual({ faults: [{ place: expect.any(String), reason }] });
  });

  it('tell every part that is not as it must be, at its place', () => {
    const [remittance] = fc.sample(remittances, { numRuns: 1, seed: 7 });
    const one = { id: 'A-1', net: 100n, paid: 100n, denialCode: null };
    const whole = remittanceText({ ...remittance!, claims: [{ ...remittance!.claims[0]!, id: 'C-1', settledAt: null, activities: [one, { ...one, id: 'A-2' }] }] });
    const faults = (change: (text: string) => string) => readRemittance(change(whole), DUBAI);
    expect(faults((text) => text.replace('<PaymentAmount>1.00', '<PaymentAmount>1.005'))).toEqual({ faults: [{ place: 'Claim 1/Activity 1/PaymentAmount', reason: 'NOT_AN_AMOUNT' }] });
    expect(faults((text) => text.replace('<PaymentAmount>1.00', '<PaymentAmount>-1.00'))).toEqual({ faults: [{ place: 'Claim 1/Activity 1/PaymentAmount', reason: 'NEGATIVE' }] });
    expect(faults((text) => text.replace('<ID>A-2', '<ID>A-1'))).toEqual({ faults: [{ place: 'Claim 1/Activity 2/ID', reason: 'TWICE' }] });
    expect(faults((text) => text.replace(/<Net>.*?<\/Net>/, ''))).toEqual({ faults: [{ place: 'Claim 1/Activity 1/Net', reason: 'MISSING' }] });
    expect(faults((text) => text.replace('<Net>', '<Net>1.00</Net><Net>'))).toEqual({ faults: [{ place: 'Claim 1/Activity 1/Net', reason: 'TWICE' }] });
    expect(faults((text) => text.replace('<RecordCount>1', '<RecordCount>2'))).toEqual({ faults: [{ place: 'Header/RecordCount', reason: 'OTHER_COUNT' }] });
    expect(faults((text) => text.replace(/<TransactionDate>[^<]*/, '<TransactionDate>today'))).toEqual({ faults: [{ place: 'Header/TransactionDate', reason: 'NOT_A_TIME' }] });
    expect(faults((text) => text.replace('<ID>C-1', `<ID>${'C'.repeat(101)}`))).toEqual({ faults: [{ place: 'Claim 1/ID', reason: 'TOO_LONG' }] });
  });
});

async function faultsOf(texts: string[], schema: { fileName: string; contents: string }): Promise<string[]> {
  const { errors } = await validateXML({ xml: texts.map((contents, index) => ({ fileName: `file-${index}.xml`, contents })), schema: [schema], preload: [values] });
  return errors.map(({ message }) => message);
}

/** Reads a submission as a payer would, by the names and places of its elements. */
function reread(text: string, { timeZone }: Submission): unknown {
  const root = readXml(text);
  const value = (element: ReturnType<typeof readXml>, name: string) => childrenOf(element, name)[0]?.text ?? null;
  const amount = (element: ReturnType<typeof readXml>, name: string) => minorUnitsOf(value(element, name)!);
  const time = (element: ReturnType<typeof readXml>, name: string) => instantOf(value(element, name)!, timeZone);
  const [header] = childrenOf(root, 'Header');
  const claimElements = childrenOf(root, 'Claim');
  expect(value(header!, 'RecordCount')).toBe(String(claimElements.length));
  return {
    authority: root.attributes['xmlns:tns']!.includes('eclaimlink') ? 'DHA' : 'DOH', facilityId: value(header!, 'SenderID'), receiverId: value(header!, 'ReceiverID'), at: time(header!, 'TransactionDate'), timeZone,
    disposition: value(header!, 'DispositionFlag'),
    claims: claimElements.map((claim) => {
      const [encounter] = childrenOf(claim, 'Encounter');
      const [resubmission] = childrenOf(claim, 'Resubmission');
      expect(value(claim, 'ProviderID')).toBe(value(header!, 'SenderID'));
      return {
        id: value(claim, 'ID'), idPayer: value(claim, 'IDPayer'), memberId: value(claim, 'MemberID'), payerId: value(claim, 'PayerID'), emiratesId: value(claim, 'EmiratesIDNumber'),
        gross: amount(claim, 'Gross'), patientShare: amount(claim, 'PatientShare'), net: amount(claim, 'Net'), patientId: value(encounter!, 'PatientID'), start: time(encounter!, 'Start'), end: time(encounter!, 'End'),
        diagnoses: childrenOf(claim, 'Diagnosis').map((diagnosis) => ({ type: value(diagnosis, 'Type'), code: value(diagnosis, 'Code') })),
        activities: childrenOf(claim, 'Activity').map((activity) => ({
          id: value(activity, 'ID'), start: time(activity, 'Start'), type: Object.entries(ACTIVITY_TYPES).find(([, number]) => String(number) === value(activity, 'Type'))![0], code: value(activity, 'Code'),
          quantity: value(activity, 'Quantity'), net: amount(activity, 'Net'), clinician: value(activity, 'Clinician'), priorAuthorizationId: value(activity, 'PriorAuthorizationID'),
        })),
        resubmission: resubmission ? { type: value(resubmission, 'Type'), comment: value(resubmission, 'Comment') } : null,
      };
    }),
  };
}

/** Writes a remittance as a payer would. */
function remittanceText({ senderId, receiverId, at, disposition, claims: remitted }: Remittance): string {
  const element = (name: string, text: string | null) => (text === null ? '' : `<${name}>${text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)}</${name}>`);
  return `<?xml version="1.0" encoding="utf-8"?><Remittance.Advice><Header>${element('SenderID', senderId)}${element('ReceiverID', receiverId)}${element('TransactionDate', stampOf(at, DUBAI))}${element('RecordCount', String(remitted.length))}${element('DispositionFlag', disposition)}</Header>${remitted.map((claim) => `
<Claim>${element('ID', claim.id)}${element('IDPayer', claim.idPayer)}${element('ProviderID', claim.providerId)}${element('DenialCode', claim.denialCode)}${element('PaymentReference', claim.paymentReference)}${claim.settledAt ? element('DateSettlement', stampOf(claim.settledAt, DUBAI)) : ''}<Encounter><FacilityID>F</FacilityID></Encounter>${claim.activities.map((activity) => `
<Activity>${element('ID', activity.id)}<Start>23/11/2026 10:00</Start><Type>3</Type><Code>99213</Code><Quantity>1</Quantity>${element('Net', decimalOf(activity.net))}<Clinician>C</Clinician>${element('PaymentAmount', decimalOf(activity.paid))}${element('DenialCode', activity.denialCode)}</Activity>`).join('')}</Claim>`).join('')}
</Remittance.Advice>`;
}
