import { randomUUID } from 'node:crypto';
import { converse, verdict } from '../contract/conversation.js';
import { entriesOf } from '../support/entries.js';
import { Families } from '../support/families.js';
import { Merges } from '../support/merges.js';
import { Patients, codeOf, faultsOf } from '../support/patients.js';
import { roundTripsOf } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { openTransaction, untilItWaits } from '../support/transactions.js';
import { type Practice, World, isEmptyHanded } from '../support/world.js';

describe('families', () => {
  let world: World;
  let practice: Practice;
  let patients: Patients;
  let families: Families;

  beforeAll(async () => {
    world = await World.shared();
  });
  beforeEach(async () => {
    practice = await world.practice('Shapla Chamber');
    patients = new Patients(world, practice.owner.token);
    families = new Families(world, practice.owner.token);
  });
  afterAll(() => world.close());

  const people = (...names: string[]): Promise<string[]> => Promise.all(names.map(async (nameEn) => (await patients.register({ nameEn })).id));
  const linksOf = async (id: string, pastToo = false) => (await families.of(id, pastToo)).family;
  const inBrief = async (id: string) => (await linksOf(id)).map(({ relation, relativeId }) => `${relation} ${relativeId}`);

  describe('linking', () => {
    it.each([
      ['PARENT', 'CHILD'], ['CHILD', 'PARENT'], ['GRANDPARENT', 'GRANDCHILD'], ['GRANDCHILD', 'GRANDPARENT'], ['SPOUSE', 'SPOUSE'], ['SIBLING', 'SIBLING'],
      ['GUARDIAN', 'WARD'], ['WARD', 'GUARDIAN'], ['OTHER', 'OTHER'],
    ])('a %s is kept once and seen from the other side as %s', async (relation, inverse) => {
      const [one, other] = await people('One', 'Other') as [string, string];
      const { member, warnings } = await families.link(one, relation, other, { note: '  by   marriage ' });
      const speaks = { isGuardian: relation === 'GUARDIAN', isWard: relation === 'WARD' };
      expect(member).toEqual({
        id: expect.any(String), relativeId: other, relation, ...speaks, note: 'by marriage', linkedAt: expect.any(String), 
        linkedBy: { id: practice.owner.memberId, nameEn: 'Owner of Shapla Chamber' }, relative: { id: other, nameEn: 'Other' }, ended: null,
      });
      expect(warnings).toEqual([]);
      expect(await linksOf(one)).toEqual([member]);
      expect(await linksOf(other)).toEqual([{
        ...member, relativeId: one, relation: inverse, isGuardian: speaks.isWard, isWard: speaks.isGuardian, relative: { id: one, nameEn: 'One' },
      }]);
      expect(await world.sql('superuser', 'select from clinic.family_links where tenant_id = $1', [practice.tenantId])).toHaveLength(1);
    });

    it('is refused with oneself, twice, with nobody, and with somebody of another practice', async () => {
      const [one, other] = await people('One', 'Other') as [string, string];
      expect(faultsOf(await families.linkAnswer(one, 'SIBLING', one))).toEqual(['input.relativeId SAME_PATIENT']);
      const { member: { id: linkId } } = await families.link(one, 'SIBLING', other);
      for (const answer of [await families.linkAnswer(one, 'SIBLING', other), await families.linkAnswer(other, 'SPOUSE', one)]) {
        expect(codeOf(answer)).toBe('ALREADY_EXISTS');
        expect(answer.errors![0]!.extensions['faults']).toEqual([{ path: ['input', 'relativeId'], reason: 'ALREADY_EXISTS', params: { linkId } }]);
      }
      const stranger = await new Patients(world, (await world.practice('Kadam Clinic')).owner.token).register({ nameEn: 'Stranger' });
      for (const id of [randomUUID(), stranger.id]) {
        expect(codeOf(await families.linkAnswer(one, 'SIBLING', id))).toBe('NOT_FOUND');
        expect(codeOf(await families.linkAnswer(id, 'SIBLING', one))).toBe('NOT_FOUND');
      }
      expect(await linksOf(one)).toHaveLength(1);
    });

    it('is refused with faults of the note and with two who speak for each other', async () => {
      const [one, other] = await people('One', 'Other') as [string, string];
      expect(faultsOf(await families.linkAnswer(one, 'SIBLING', other, { isGuardian: true, isWard: true, note: ' ' }))).toEqual(['input.isWard BOTH_GUARDIANS', 'input.note EMPTY']);
      expect(faultsOf(await families.linkAnswer(one, 'WARD', other, { isGuardian: true }))).toEqual(['input.isGuardian BOTH_GUARDIANS']);
      expect(faultsOf(await families.linkAnswer(one, 'GUARDIAN', other, { isWard: true }))).toEqual(['input.isWard BOTH_GUARDIANS']);
    });

    it('makes nobody their own forebear, over any number of generations', async () => {
      const [child, parent, grandparent, ancestor] = await people('Child', 'Parent', 'Grandparent', 'Ancestor') as [string, string, string, string];
      await families.link(child, 'PARENT', parent);
      await families.link(grandparent, 'CHILD', parent);
      await families.link(grandparent, 'GRANDPARENT', ancestor);
      for (const [one, relation, other] of [
        [grandparent, 'PARENT', child], [child, 'CHILD', grandparent], [ancestor, 'PARENT', parent], [child, 'CHILD', ancestor], [ancestor, 'GRANDPARENT', child], [child, 'GRANDCHILD', grandparent],
      ] as const) expect([relation, faultsOf(await families.linkAnswer(one, relation, other))]).toEqual([relation, ['input.relativeId CIRCLE']]);
      // What is no descent may go round.
      await families.link(child, 'SIBLING', grandparent);
      await families.link(ancestor, 'GUARDIAN', child);
    });

    it('climbs twenty generations, and says so when there are more', async () => {
      const line = await people(...Array.from({ length: 22 }, (_, n) => `Generation ${n}`));
      // From below: nobody's new parent has parents yet.
      for (let n = 0; n < 21; n++) await families.link(line[n]!, 'PARENT', line[n + 1]!);
      const [child] = await people('Youngest') as [string];
      expect(faultsOf(await families.linkAnswer(child, 'PARENT', line[0]!))).toEqual(['input.relativeId TOO_MANY_GENERATIONS']);
      await families.link(child, 'PARENT', line[2]!);
    });

    it('asks no more of those whose link to a forebear was ended', async () => {
      const [child, parent] = await people('Child', 'Parent') as [string, string];
      const { member } = await families.link(child, 'PARENT', parent);
      await families.unlink(member.id, 'the other way round', true);
      expect((await families.link(parent, 'PARENT', child)).member.relation).toBe('PARENT');
      expect(await inBrief(child)).toEqual([`CHILD ${parent}`]);
    });

    it('warns of parents who are not older, and of guardians who are minors', async () => {
      const [older, younger] = [await patients.register({ nameEn: 'Older', birth: { year: 1990 } }), await patients.register({ nameEn: 'Younger', birth: { ageYears: 9 } })];
      const { warnings, member } = await families.link(older.id, 'PARENT', younger.id, { isGuardian: true });
      expect(warnings).toEqual(['PARENT_NOT_OLDER', 'GUARDIAN_IS_MINOR']);
      await families.unlink(member.id);
      expect((await families.link(younger.id, 'PARENT', older.id, { isGuardian: true })).warnings).toEqual([]);
    });

    it('goes up to fifty links of a patient', async () => {
      const [one, last] = await people('One', 'Last') as [string, string];
      const rows = await world.sql<{ id: string }>('superuser', `select id from clinic.patients where tenant_id = $1 and id <> all ($2) `, [practice.tenantId, [one, last]]);
      expect(rows).toEqual([]);
      for (let i = 0; i < 50; i++) await families.link(one, 'OTHER', (await patients.register({ nameEn: `Cousin ${i}` })).id);
      expect(faultsOf(await families.linkAnswer(one, 'OTHER', last))).toEqual(['input.patientId TOO_MANY']);
      expect(faultsOf(await families.linkAnswer(last, 'OTHER', one))).toEqual(['input.relativeId TOO_MANY']);
    });
  });

  describe('at once', () => {
    it('two are linked once', async () => {
      const [one, other] = await people('One', 'Other') as [string, string];
      const answers = await Promise.all([0, 1, 2, 3].map((i) => (i % 2 ? families.linkAnswer(one, 'SIBLING', other) : families.linkAnswer(other, 'SPOUSE', one))));
      expect(answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK').sort()).toEqual(['ALREADY_EXISTS', 'ALREADY_EXISTS', 'ALREADY_EXISTS', 'OK']);
    });

    it('two links do not close a circle, though neither touches whom the other links', async () => {
      const [a, b, c, d] = await people('A', 'B', 'C', 'D') as [string, string, string, string];
      await families.link(b, 'PARENT', c);
      await families.link(d, 'PARENT', a);
      const gate = await openTransaction(world, practice.tenantId, practice.owner.memberId);
      await gate.query('select from clinic.tenants where id = $1 for no key update', [practice.tenantId]);
      const linking = Promise.all([families.linkAnswer(a, 'PARENT', b), families.linkAnswer(c, 'PARENT', d)]);
      await untilItWaits(world, linking);
      await gate.commit();
      expect((await linking).map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK').sort()).toEqual(['BAD_USER_INPUT', 'OK']);
    });

    it('a link is ended once', async () => {
      const [one, other] = await people('One', 'Other') as [string, string];
      const { member } = await families.link(one, 'SPOUSE', other);
      const gate = await openTransaction(world, practice.tenantId, practice.owner.memberId);
      await gate.query('select from clinic.family_links where tenant_id = $1 and id = $2 for no key update', [practice.tenantId, member.id]);
      const ending = Promise.all([families.unlinkAnswer(member.id), families.unlinkAnswer(member.id)]);
      await untilItWaits(world, ending);
      await gate.commit();
      expect((await ending).map(({ errors }) => errors?.[0]?.extensions.code ?? 'OK').sort()).toEqual(['CONFLICT', 'OK']);
    });
  });

  describe('ending a link', () => {
    it('keeps it as history, with who, when and why', async () => {
      const [one, other] = await people('One', 'Other') as [string, string];
      const { member } = await families.link(one, 'SPOUSE', other);
      const ended = await families.unlink(member.id, ' they   parted ');
      expect(ended).toEqual({ ...member, ended: {
        reason: 'they parted', enteredInError: false, at: expect.any(String), by: { id: practice.owner.memberId, nameEn: 'Owner of Shapla Chamber' } } });
      for (const id of [one, other]) expect(await linksOf(id)).toEqual([]);
      expect(await linksOf(one, true)).toEqual([ended]);
      expect(await linksOf(other, true)).toMatchObject([{ id: member.id, relativeId: one, ended: ended.ended }]);
      expect(codeOf(await families.unlinkAnswer(member.id))).toBe('CONFLICT');
      expect(codeOf(await families.unlinkAnswer(randomUUID()))).toBe('NOT_FOUND');
      expect(faultsOf(await families.unlinkAnswer(member.id, ' '))).toEqual(['reason EMPTY']);
      const again = await families.link(one, 'SPOUSE', other);
      expect(await linksOf(one, true)).toEqual([ended, again.member]);
    });
  });

  describe('guardians', () => {
    it('are missing for a minor until one is written down or linked, and again when the link ends', async () => {
      const child = await patients.register({ nameEn: 'Child', birth: { ageYears: 7 } });
      const [mother] = await people('Mother') as [string];
      expect((await families.of(child.id)).guardianMissing).toBe(true);
      const { member } = await families.link(child.id, 'PARENT', mother);
      expect((await families.of(child.id)).guardianMissing).toBe(true);
      await families.unlink(member.id);
      const guarded = await families.link(mother, 'CHILD', child.id, { isWard: true });
      expect((await families.of(child.id)).guardianMissing).toBe(false);
      expect((await families.of(mother)).guardianMissing).toBe(false);
      await families.unlink(guarded.member.id);
      expect((await families.of(child.id)).guardianMissing).toBe(true);
      await patients.edit(child, { guardian: { name: 'Her Father', relation: 'FATHER' } });
      expect((await families.of(child.id)).guardianMissing).toBe(false);
    });
  });

  describe('who shares a telephone', () => {
    it('is suggested, by the guardian’s number too, and told whether linked', async () => {
      const phones = [{ number: '01100 200300' }];
      const mother = await patients.register({ nameEn: 'Mother', phones });
      const child = await patients.register({ nameEn: 'Child', guardian: { name: 'Mother', relation: 'MOTHER', phone: '০১১০০-২০০৩০০' } });
      const uncle = await patients.register({ nameEn: 'Uncle', phones });
      await patients.register({ nameEn: 'Same last digits', phones: [{ number: '01100 990300' }] });
      await new Patients(world, (await world.practice('Kadam Clinic')).owner.token).register({ nameEn: 'Elsewhere', phones });
      await families.link(child.id, 'PARENT', mother.id);
      expect((await families.of(child.id)).sharesPhoneWith).toEqual([{ linked: false, patient: { id: uncle.id } }, { linked: true, patient: { id: mother.id } }]);
      await patients.edit(uncle, { phones: null });
      expect((await families.of(mother.id)).sharesPhoneWith).toEqual([{ linked: true, patient: { id: child.id } }]);
      expect((await families.of(uncle.id)).sharesPhoneWith).toEqual([]);
    });

    it('is nobody who was merged into another', async () => {
      const phones = [{ number: '01100 200300' }];
      const [one, survivor, duplicate] = [await patients.register({ nameEn: 'One', phones }), await patients.register({ nameEn: 'Same', phones }), await patients.register({ nameEn: 'Same', phones })];
      await new Merges(world, practice.owner.token).merge(survivor, duplicate);
      expect((await families.of(one.id)).sharesPhoneWith.map(({ patient }) => patient.id)).toEqual([survivor.id]);
    });

    it('is nobody whose token somebody planted in the database', async () => {
      const [one, other] = [await patients.register({ nameEn: 'One', phones: [{ number: '01100 200300' }] }), await patients.register({ nameEn: 'Other' })];
      await world.sql('superuser', 'insert into clinic.patient_tokens select tenant_id, field, token, $2 from clinic.patient_tokens where patient_id = $1', [one.id, other.id]);
      for (const { id } of [one, other]) expect((await families.of(id)).sharesPhoneWith).toEqual([]);
    });

    it('is at most twenty, those registered last first', async () => {
      const made: string[] = [];
      for (let i = 0; i < 23; i++) made.unshift((await patients.register({ nameEn: `Number ${i}`, phones: [{ number: '01100 200300' }] })).id);
      expect((await families.of(made[22]!)).sharesPhoneWith.map(({ patient }) => patient.id)).toEqual(made.slice(0, 20));
    });
  });

  describe('in the database', () => {
    it('are ended once, and never changed or deleted', async () => {
      const [one, other, survivor] = await people('One', 'Other', 'Survivor') as [string, string, string];
      const { member } = await families.link(one, 'SPOUSE', other);
      const past = (await families.link(one, 'SIBLING', survivor)).member;
      await families.unlink(past.id);
      const end = `ended_at = now(), ended_by = '${practice.owner.memberId}', end_details = 'x'`;
      for (const role of ['app', 'owner'] as const) {
        await converse(world, role, practice.owner, async (ask) => {
          for (const change of ['linked_at = now()', 'linked_by = id', 'id = gen_random_uuid()', 'tenant_id = id']) {
            expect([role, change, await verdict(ask, `update clinic.family_links set ${change} where id = $1`, [member.id])]).toEqual([role, change, '42501']);
          }
          expect(await verdict(ask, 'delete from clinic.family_links where id = $1', [past.id])).toBe('42501');
          for (const change of [end, 'ended_at = null, ended_by = null, end_details = null']) expect(await verdict(ask, `update clinic.family_links set ${change} where id = $1`, [past.id])).toBe('42501');
          expect(await verdict(ask, `update clinic.family_links set ${end} where id = $1`, [member.id])).toBe('ACCEPTED');
          expect(await verdict(ask, 'update clinic.family_links set ended_at = now() where id = $1', [member.id])).toBe('23514');
          for (const column of ['patient_id', 'relative_id']) {
            for (const row of [member, past]) expect(await verdict(ask, `update clinic.family_links set ${column} = $2 where id = $1`, [row.id, survivor])).toBe('ACCEPTED');
          }
        });
      }
      await converse(world, 'app', practice.owner, async (ask) => {
        expect(await verdict(ask, `update clinic.family_links set details = 'x' where id = $1`, [member.id])).toBe('42501');
        expect(await verdict(ask, `insert into clinic.family_links (tenant_id, id, patient_id, relative_id, details, linked_by) values ($1, gen_random_uuid(), $2, $2, 'x', $3)`,
          [practice.tenantId, one, practice.owner.memberId])).toBe('23514');
      });
    });

    it('follow a patient who is merged, and show neither a link to oneself nor the same link twice; undoing brings them back', async () => {
      const [survivor, duplicate, child] = [await patients.register({ nameEn: 'Same' }), await patients.register({ nameEn: 'Same' }), await patients.register({ nameEn: 'Child' })];
      const [{ member: one }, { member: other }] = [await families.link(survivor.id, 'CHILD', child.id), await families.link(child.id, 'PARENT', duplicate.id)];
      const { member: sibling } = await families.link(survivor.id, 'SIBLING', duplicate.id);
      const merges = new Merges(world, practice.owner.token);
      const { merge } = await merges.merge(survivor, duplicate);
      expect(await inBrief(survivor.id)).toEqual([`CHILD ${child.id}`]);
      expect(await inBrief(child.id)).toEqual([`PARENT ${survivor.id}`]);
      expect(await inBrief(duplicate.id)).toEqual([]);
      expect(codeOf(await families.linkAnswer(duplicate.id, 'OTHER', child.id))).toBe('CONFLICT');
      await merges.undo(merge.id);
      expect((await linksOf(survivor.id)).map(({ id }) => id)).toEqual([one.id, sibling.id]);
      expect((await linksOf(duplicate.id)).map(({ id }) => id)).toEqual([other.id, sibling.id]);
    });
  });

  describe('and who sees and links them', () => {
    it('a receptionist does, an assistant does not, and whoever may edit but not read learns nothing', async () => {
      const [one, other] = await people('One', 'Other') as [string, string];
      const chamber = await openChamber(world, practice, 'Gulshan');
      const [receptionist, assistant] = [await hire(world, practice, chamber, 'RECEPTIONIST'), await hire(world, practice, chamber, 'ASSISTANT')];
      const { member } = await new Families(world, receptionist.token).link(one, 'SPOUSE', other);
      const nobody = new Families(world, assistant.token);
      for (const answer of [await nobody.linkAnswer(one, 'SPOUSE', other), await nobody.unlinkAnswer(member.id)]) expect(codeOf(answer)).toBe('FORBIDDEN');
      await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { permission } }', { input: { permission: 'patients:edit', memberId: assistant.memberId } }, practice.owner.token);
      for (const answer of [await nobody.linkAnswer(one, 'SPOUSE', other), await nobody.linkAnswer(one, 'SPOUSE', one), await nobody.unlinkAnswer(member.id)]) {
        expect(isEmptyHanded(answer)).toBe(true);
        expect(answer).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN', permission: 'patients:read' } }] });
      }
      expect(await linksOf(one)).toEqual([member]);
    });

    it('leave an entry that names the link and both of them', async () => {
      const [one, other] = await people('One', 'Other') as [string, string];
      const { member } = await families.link(one, 'SPOUSE', other);
      const records = [`family-link:${member.id}`, `relative:${other}`];
      // The answer's `relative` and names of members are read after the link was committed, and leave an entry of their own.
      const written = async (operation: string, action: string) => (await entriesOf(world, practice.tenantId, operation)).filter((entry) => entry.action === action);
      expect(await written('Mutation.linkFamily', 'CREATED')).toMatchObject([{ records, changes: [{ type: 'family-link', id: member.id, field: 'relation', before: null, after: 'SPOUSE' }] }]);
      await world.ok('query ($id: UUID!) { patient(id: $id) { family { relation } } }', { id: one }, practice.owner.token);
      expect((await written('Query.patient', 'VIEWED')).at(-1)!.records.sort()).toEqual([records[0], `patient:${one}`, records[1]]);
      await families.unlink(member.id, 'parted');
      expect(await written('Mutation.unlinkFamily', 'UPDATED')).toMatchObject([{ records, reason: 'parted', changes: [{ before: 'SPOUSE', after: null }] }]);
      for (const id of [one, other]) {
        const { whoSawPatient } = await world.ok('query ($id: UUID!) { whoSawPatient(patientId: $id) { edges { node { operation action } } } }', { id }, practice.owner.token);
        expect(whoSawPatient.edges.map(({ node }: { node: { operation: string; action: string } }) => `${node.operation} ${node.action}`))
          .toEqual(expect.arrayContaining(['Mutation.unlinkFamily UPDATED', 'Query.patient VIEWED', 'Mutation.linkFamily CREATED']));
      }
    });

    it('cost as many round trips for a page of many as for one, and three to link or to end', async () => {
      const PAGE = 'query ($first: Int!) { patients(first: $first) { edges { node { guardianMissing family { relation relative { nameEn } } sharesPhoneWith { linked patient { nameEn } } } } } }';
      const ids: string[] = [];
      for (let i = 0; i < 6; i++) ids.push((await patients.register({ nameEn: `Number ${i}`, phones: [{ number: '01100 200300' }] })).id);
      for (let i = 1; i < 6; i++) await families.link(ids[i]!, 'SIBLING', ids[i - 1]!);
      const page = (first: number) => roundTripsOf(() => world.ok(PAGE, { first }, practice.owner.token));
      await page(1);
      const one = (await page(1)).map(({ connection, statements }) => `${connection} ${statements}`);
      expect((await page(6)).map(({ connection, statements }) => `${connection} ${statements}`)).toEqual(one);
      const ofApp = async (query: string, variables: object) => {
        let data: Record<string, any> = {};
        const trips = await roundTripsOf(async () => (data = await world.ok(query, { ...variables }, practice.owner.token)));
        return { data, trips: trips.filter(({ connection }) => connection === 'sinduk app').length };
      };
      const linked = await ofApp('mutation ($input: LinkFamilyInput!) { linkFamily(input: $input) { member { id } } }', { input: { patientId: ids[0], relativeId: ids[5], relation: 'PARENT' } });
      const ended = await ofApp('mutation ($id: UUID!) { unlinkFamily(id: $id, reason: "a mistake") { id } }', { id: linked.data['linkFamily'].member.id });
      expect([linked.trips, ended.trips]).toEqual([3, 3]);
    });
  });
});
