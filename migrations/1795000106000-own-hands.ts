import type { MigrationInterface, QueryRunner } from 'typeorm';
import { changeFunction, undone } from './changed-function.js';

const MANY = `select coalesce(bool_and(clinic.may_in(p_tenant, p_member, c.id, p_permission)), UNKNOWN)
    from clinic.chambers c where c.tenant_id = p_tenant and (c.id = p_chamber or (p_chamber is null and c.archived_at is null))`;
/** Another tenant, in which nobody is known, is for row security to refuse. */
const mayWhere = (unknown: string): string => `
create or replace function clinic.may_where(p_tenant uuid, p_member uuid, p_chamber uuid, p_permission text) returns boolean
  language sql stable set search_path = pg_catalog, pg_temp
  begin atomic
    ${MANY.replace('UNKNOWN', unknown)};
  end;`;

const approving = [[`  new.discount_approved := new.discount; new.discount_approved_by := me;`, `  -- What is approved is what was drafted.
    if (new.gross, new.discount, new.tax) is distinct from (old.gross, old.discount, old.tax) then
      raise exception using errcode = 'SK097', message = 'the lines are others than when the draft was last reckoned';
    end if;
    new.discount_approved := new.discount; new.discount_approved_by := me;`]] as const;

const raising = [[`exists (select from clinic.members m where m.tenant_id = new.tenant_id and m.id <> me and clinic.may_where(new.tenant_id, m.id, null, 'finances:manage'))`,
  `exists (
      select from clinic.members m left join clinic.chambers c on c.tenant_id = m.tenant_id
      where m.tenant_id = new.tenant_id and m.id <> me and case when c.id is null then clinic.may_where(new.tenant_id, m.id, null, 'finances:manage') else clinic.may_in(new.tenant_id, m.id, c.id, 'finances:manage') end)`]] as const;

/** A payer's reference counts once however it is written; and what comes without its day may be of any. */
const settling = [[`s.payment_reference = new.payment_reference and b.paid > 0
      and (s.settled_at at time zone h.time_zone)::date is not distinct from (new.settled_at at time zone h.time_zone)::date)`, `clinic.folded(s.payment_reference) = clinic.folded(new.payment_reference) and b.paid > 0
      and coalesce((s.settled_at at time zone h.time_zone)::date = (new.settled_at at time zone h.time_zone)::date, true))`]] as const;

/** Ways in which one pair of hands could do what needs two, and one payment could be told twice. */
export class OwnHands1795000106000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
${mayWhere(`p_chamber is not null or not exists (select from clinic.members m where m.tenant_id = p_tenant and m.id = p_member and not (m.is_owner and m.status = 'ACTIVE'))`)}
comment on function clinic.may_where(uuid, uuid, uuid, text) is
  'Whether a member holds a permission in a chamber, or, when none is told, in every chamber in use: what holds for the whole practice is for whoever has it everywhere, and, where no chamber is in use, for its owners.';
${changeFunction('clinic.keep_invoice()', approving)}
${changeFunction('clinic.note_raised_limits()', raising)}
comment on function clinic.note_raised_limits() is
  'Notes who raised a limit, and what it was before, where somebody else manages the finances of any chamber, and could approve; forgets it when somebody else sets that limit, or it is no higher any more.';
${changeFunction('clinic.settle_claim()', settling)}
`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
${changeFunction('clinic.settle_claim()', undone(settling))}
${changeFunction('clinic.note_raised_limits()', undone(raising))}
comment on function clinic.note_raised_limits() is 'Notes who raised a limit, and what it was before, where there is somebody else who could have; forgets it when somebody else sets that limit, or it is no higher any more.';
${changeFunction('clinic.keep_invoice()', undone(approving))}
${mayWhere('true')}
comment on function clinic.may_where(uuid, uuid, uuid, text) is 'Whether a member holds a permission in a chamber, or, when none is told, in every chamber in use: what holds for the whole practice is for whoever has it everywhere.';
`);
  }
}
