import type { World } from '../world.js';

/** What the documents of a chamber say by themselves, and what its books say. */
interface Books {
  receivable: number;
  advance: number;
  drawer: number;
  card: number;
  tax: number;
  billed: number;
  ledger: Record<string, number>;
}

const BOOKS = `
with i as (select i.*, (select coalesce(sum(a.amount), 0) from clinic.allocations a where a.invoice_id = i.id) as paid, (select coalesce(sum(n.total), 0) from clinic.invoices n where n.credits = i.id and n.status = 'ISSUED') as credited
  from clinic.invoices i where i.chamber_id = $1 and i.status in ('ISSUED', 'VOID')),
p as (select p.*, (select coalesce(sum(a.amount), 0) from clinic.allocations a where a.payment_id = p.id) as allocated, (select coalesce(sum(r.amount), 0) from clinic.refunds r where r.payment_id = p.id and r.status = 'PAID') as refunded
  from clinic.payments p where p.chamber_id = $1 and p.status = 'CAPTURED'),
r as (select r.* from clinic.refunds r join p on p.id = r.payment_id where r.status = 'PAID')
select json_build_object(
  'receivable', (select coalesce(sum(total - paid - credited), 0) from i where kind = 'INVOICE'),
  'advance', -(select coalesce(sum(amount - allocated - refunded), 0) from p),
  'drawer', (select coalesce(sum(amount), 0) from p where method = 'CASH') - (select coalesce(sum(amount), 0) from r where method = 'CASH') + (select coalesce(sum(opening_float), 0) from clinic.drawers where chamber_id = $1),
  'card', (select coalesce(sum(amount), 0) from p where method = 'CARD') - (select coalesce(sum(amount), 0) from r where method = 'CARD'),
  'tax', -(select coalesce(sum(case kind when 'INVOICE' then tax else -tax end), 0) from i),
  'billed', -(select coalesce(sum(case kind when 'INVOICE' then total else -total end), 0) from i),
  'ledger', (select coalesce(json_object_agg(account, amount), '{}') from (select account, sum(amount) as amount from clinic.ledger_lines where chamber_id = $1 group by account) l)) as books`;

/** Every line is something that must not be; each query gives one row per fault. */
const FAULTS: Record<string, string> = {
  'an entry does not sum to zero': `select e.id from clinic.ledger_entries e join clinic.ledger_lines l on l.entry_id = e.id where e.chamber_id = $1 group by e.id having sum(l.amount) <> 0 or count(*) < 2`,
  'a number is missing or there twice': `select kind from clinic.invoices where chamber_id = $1 and number is not null group by kind having min(number) <> 1 or max(number) <> count(*) or count(distinct number) <> count(*)`,
  'an invoice is paid beyond its rest': `select i.id from clinic.invoices i where i.chamber_id = $1 and i.kind = 'INVOICE' and i.status in ('ISSUED', 'VOID')
    and (select coalesce(sum(a.amount), 0) from clinic.allocations a where a.invoice_id = i.id) not between 0 and i.total - (select coalesce(sum(n.total), 0) from clinic.invoices n where n.credits = i.id and n.status = 'ISSUED')`,
  'a payment is spent twice': `select p.id from clinic.payments p where p.chamber_id = $1 and p.amount < (select coalesce(sum(a.amount), 0) from clinic.allocations a where a.payment_id = p.id)
    + (select coalesce(sum(r.amount), 0) from clinic.refunds r where r.payment_id = p.id and r.status not in ('REJECTED', 'FAILED'))`,
  'what is void is not what was credited whole': `select i.id from clinic.invoices i where i.chamber_id = $1 and i.kind = 'INVOICE' and i.status in ('ISSUED', 'VOID') and i.gross > 0
    and (i.status = 'VOID') <> (i.gross - i.discount <= (select coalesce(sum(n.gross - n.discount), 0) from clinic.invoices n where n.credits = i.id and n.status = 'ISSUED'))`,
  'a step has no entry, or two': `
    select d.id from (
      select id, 'INVOICE' as kind, total <> 0 or gross <> 0 as posts from clinic.invoices where chamber_id = $1 and kind = 'INVOICE' and number is not null
      union all select id, 'CREDIT_NOTE', total <> 0 or gross <> 0 from clinic.invoices where chamber_id = $1 and kind = 'CREDIT_NOTE' and number is not null
      union all select id, 'PAYMENT', true from clinic.payments where chamber_id = $1 and status = 'CAPTURED'
      union all select a.id, 'ALLOCATION', true from clinic.allocations a join clinic.payments p on p.id = a.payment_id where p.chamber_id = $1
      union all select r.id, 'REFUND', true from clinic.refunds r join clinic.payments p on p.id = r.payment_id where p.chamber_id = $1 and r.status = 'PAID') d
    where d.posts <> ((select count(*) from clinic.ledger_entries e where e.source_id = d.id and e.kind = d.kind) = 1)`,
  'a refund above the limit was approved by nobody else': `select r.id from clinic.refunds r join clinic.payments p on p.id = r.payment_id where p.chamber_id = $1 and r.status = 'PAID' and r.amount > 100000 and (r.decided_by is null or r.decided_by = r.requested_by)`,
  'a discount above the limit was approved by nobody else': `select id from clinic.invoices i where chamber_id = $1 and kind = 'INVOICE' and number is not null and discount * 10 > gross + 5 * (select count(*) from clinic.invoice_lines l where l.invoice_id = i.id) and (discount_approved_by is null or discount_approved_by = updated_by)`,
};

/** What is wrong with the books of a chamber, as texts; nothing, as it should be. `taken` are the payments that somebody was told of as taken, by key. */
export async function bookFaults(world: World, chamberId: string, taken: ReadonlyMap<string, { id: string; amount: number }>): Promise<string[]> {
  const faults: string[] = [];
  for (const [fault, query] of Object.entries(FAULTS)) if ((await world.sql('superuser', query, [chamberId])).length) faults.push(fault);
  const [{ books }] = (await world.sql<{ books: Books }>('superuser', BOOKS, [chamberId])) as [{ books: Books }];
  const { ledger } = books;
  const of = (...accounts: string[]): number => accounts.reduce((sum, account) => sum + (ledger[account] ?? 0), 0);
  const told: Array<[string, number, number]> = [
    ['RECEIVABLE', of('RECEIVABLE'), books.receivable], ['ADVANCE', of('ADVANCE'), books.advance], ['DRAWER', of('DRAWER'), books.drawer], ['CARD_CLEARING', of('CARD_CLEARING'), books.card], ['TAX', of('TAX'), books.tax],
    ['what was billed', of('REVENUE', 'DISCOUNT', 'TAX', 'ROUNDING'), books.billed], ['all of them', Object.values(ledger).reduce((sum, amount) => sum + amount, 0), 0],
  ];
  faults.push(...told.filter(([, inBooks, inDocuments]) => inBooks !== inDocuments).map(([account, inBooks, inDocuments]) => `${account} is ${inBooks} in the books and ${inDocuments} by the documents`));
  const captured = await world.sql<{ id: string; amount: string }>('superuser', `select id, amount from clinic.payments where chamber_id = $1 and status = 'CAPTURED'`, [chamberId]);
  const asTold = new Map([...taken.values()].map(({ id, amount }) => [id, amount]));
  if (asTold.size !== taken.size || captured.length !== asTold.size || captured.some(({ id, amount }) => asTold.get(id) !== Number(amount))) faults.push(`${taken.size} payments were told to be taken, and ${captured.length} are there`);
  return faults;
}
