import { randomUUID } from 'node:crypto';
import { Billing, type InvoiceAnswer, type PaymentAnswer, bdt, service } from '../support/billing.js';
import { entriesOf } from '../support/entries.js';
import { type ReadPage, readPages } from '../support/pages.js';
import { Patients } from '../support/patients.js';
import { roundTripsOf, toTheApp } from '../support/round-trips.js';
import { hire, openChamber } from '../support/staff.js';
import { type Person, type Practice, World } from '../support/world.js';

describe('printing at the desk', () => {
  let world: World;
  let practice: Practice;
  let chamberId: string;
  let cashier: Person;
  let desk: Billing;
  let patientId: string;
  let mrn: string;

  beforeAll(async () => {
    world = await World.shared();
    practice = await world.practice('Shapla Skin Centre');
    chamberId = await openChamber(world, practice, 'Uttara');
    cashier = await hire(world, practice, chamberId, 'MANAGER');
    desk = new Billing(world, cashier, chamberId);
    await desk.openDrawer();
    ({ id: patientId, mrn } = await new Patients(world, practice.owner.token).register({ nameEn: 'Rahela Khatun', nameBn: 'রাহেলা খাতুন' }) as unknown as { id: string; mrn: string });
  });
  afterAll(() => world.close());

  const get = (path: string, { token }: Pick<Person, 'token'> = cashier) => world.app.inject({ method: 'GET', url: path, headers: { authorization: `Bearer ${token}` } });
  const invoicePath = (id: string, query = '?language=en') => `/invoices/${id}/page.pdf${query}`;
  const receiptPath = (id: string, query = '?language=en') => `/payments/${id}/receipt.pdf${query}`;
  const print = async (path: string): Promise<ReadPage> => {
    const answer = await get(path);
    if (answer.statusCode !== 200) throw new Error(answer.body);
    const [page] = await readPages(answer.rawPayload, { withCodes: false });
    return page!;
  };
  const inOrder = (text: string, words: string[]): void => expect(text).toMatch(new RegExp(words.map((word) => word.normalize('NFC').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')));
  /** An invoice over 850.00, of which 600.00 are paid in two ways. */
  const paidInvoice = async (): Promise<{ invoice: InvoiceAnswer; cash: PaymentAnswer; card: PaymentAnswer }> => {
    const invoice = await desk.bill(patientId, [service(60_000, { doctorId: practice.owner.memberId, discount: bdt(5_000), code: { system: 'CPT', code: '99213' } }), service(15_000, { quantity: 2, description: 'গজ ব্যান্ডেজ' })], { note: 'Keep the wound dry' });
    const cash = await desk.take(patientId, 40_000, { paidBy: 'Karim Khan', allocations: [{ invoiceId: invoice.id, amount: bdt(30_000) }] });
    const card = await desk.take(patientId, 30_000, { method: 'CARD', provider: 'Terminal 2', reference: randomUUID().slice(0, 8), allocations: [{ invoiceId: invoice.id, amount: bdt(30_000) }] });
    return { invoice, cash, card };
  };

  it('gives an invoice as it was issued, and what was paid of it since', async () => {
    const { invoice, card } = await paidInvoice();
    const answer = await get(invoicePath(invoice.id));
    expect(answer.headers).toMatchObject({ 'content-type': 'application/pdf', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'content-disposition': `inline; filename=${invoice.number}.pdf` });
    const { text, size } = await print(invoicePath(invoice.id));
    expect(size).toEqual([595, 842]);
    inOrder(text, ['Shapla Skin Centre', 'Uttara', 'Invoice', 'Rahela Khatun', mrn, invoice.number!, 'Dressing', 'CPT 99213', '1 600.00 50.00 550.00', 'গজ ব্যান্ডেজ', '2 150.00 0.00 300.00', 'Subtotal 900.00', 'Discount -50.00',
      'Total BDT 850.00', 'Paid 600.00', 'Due BDT 250.00', 'Taka eight hundred fifty only', 'Cash', 'Karim Khan', '300.00', 'Card (Terminal 2)', card['reference'] as string, '300.00', 'Keep the wound dry', 'Rokeya Akter']);
    const bangla = await print(invoicePath(invoice.id, '?language=bn&paper=roll80&copy=true'));
    expect(bangla.size[0]).toBe(227);
    inOrder(bangla.text, ['চালান', 'অনুলিপি', 'রাহেলা', 'মোট ৮৫০.০০৳', 'বাকি ২৫০.০০৳', 'আটশত']);
  });

  it('marks drafts and what was credited, and prints credit notes', async () => {
    const draft = await desk.draft(patientId, [service(50_000)]);
    inOrder((await print(invoicePath(draft.id))).text, ['DRAFT – not an invoice', 'Total BDT 500.00']);
    const invoice = await desk.issue(draft);
    const note = await desk.credit(invoice.id);
    inOrder((await print(invoicePath(invoice.id))).text, ['VOID – all of it was credited', invoice.number!, 'Credited -500.00', 'Due BDT 0.00']);
    inOrder((await print(invoicePath(note.id))).text, ['Credit note', note.number!, 'For invoice', invoice.number!, 'Total BDT 500.00', 'Reason: Billed in error']);
    const discarded = await desk.draft(patientId, [service(50_000)]);
    await desk.discardAnswer(discarded);
    expect((await get(invoicePath(discarded.id))).json()).toMatchObject({ errors: [{ extensions: { code: 'CONFLICT', reason: 'INVOICE_STATUS', status: 'DISCARDED' } }] });
  });

  it('shows the number under which the practice is registered for tax', async () => {
    const { id } = await desk.bill(patientId, [service(50_000, { taxCategory: 'STANDARD' })]);
    const settings = await world.ok('{ billingSettings { version } }', {}, practice.owner.token);
    await world.ok('mutation ($input: EditBillingSettingsInput!) { editBillingSettings(input: $input) { version } }', { input: { version: settings.billingSettings.version, taxNumber: '1234567890123' } }, practice.owner.token);
    inOrder((await print(invoicePath(id))).text, ['BIN 1234567890123', '75.00', '15%', 'VAT 75.00', 'Total BDT 575.00']);
  });

  it('gives the receipt of a payment, with what was given back since', async () => {
    const { invoice, cash, card } = await paidInvoice();
    const { text, size } = await print(receiptPath(cash.id));
    expect(size).toEqual([420, 595]);
    const number = cash['receiptNumber'] as string;
    inOrder(text, ['Receipt', 'Rahela Khatun', mrn, number, 'Karim Khan', 'Cash', `${invoice.number} 300.00`, 'Advance 100.00', 'Received BDT 400.00', 'Taka four hundred only', 'Rokeya Akter']);
    expect((await get(receiptPath(cash.id))).headers['content-disposition']).toBe(`inline; filename=${number}.pdf`);
    await desk.refund(cash.id, 10_000);
    const after = (await print(receiptPath(cash.id))).text;
    expect(after).toContain('Refunded -100.00');
    expect(after).not.toContain('Advance');
    inOrder((await print(receiptPath(card.id, '?language=bn'))).text, ['রসিদ', 'কার্ড (Terminal 2)', card['reference'] as string, '৩০০.০০৳', 'তিনশত টাকা মাত্র']);
  });

  it('refuses the receipt of money that was not had', async () => {
    const { card } = await paidInvoice();
    await world.sql('superuser', `set session_replication_role = replica; update clinic.payments set status = 'PENDING', captured_at = null, local_date = null, fiscal_year = null, number = null, code = null where id = '${card.id}'`);
    expect((await get(receiptPath(card.id))).json()).toMatchObject({ errors: [{ extensions: { code: 'CONFLICT', reason: 'PAYMENT_STATUS', status: 'PENDING' } }] });
  });

  it('takes as many round trips for a hundred lines as for one', async () => {
    const tripsFor = async (lines: number): Promise<number> => {
      const { id } = await desk.bill(patientId, Array.from({ length: lines }, (_, index) => service(100, { doctorId: index % 2 ? cashier.memberId : practice.owner.memberId })));
      await get(invoicePath(id));
      return toTheApp(await roundTripsOf(() => get(invoicePath(id)))).length;
    };
    const one = await tripsFor(1);
    expect(await tripsFor(100)).toBe(one);
  });

  it('is for whoever takes payments in the chamber and may read patients, and is in the trail as printed', async () => {
    const { invoice, cash } = await paidInvoice();
    const elsewhere = await hire(world, practice, await openChamber(world, practice, 'Banani'), 'MANAGER');
    const receptionist = await hire(world, practice, chamberId, 'RECEPTIONIST');
    const assistant = await hire(world, practice, chamberId, 'ASSISTANT');
    await world.ok('mutation ($input: PermissionInput!) { grantPermission(input: $input) { id } }', { input: { permission: 'payments:take', memberId: assistant.memberId } }, practice.owner.token);
    for (const [path, operation] of [[invoicePath(invoice.id), 'GET /invoices/:id/page.pdf'], [receiptPath(cash.id), 'GET /payments/:id/receipt.pdf']] as const) {
      expect((await get(path)).statusCode).toBe(200);
      const printed = (await entriesOf(world, practice.tenantId, operation)).at(-1)!;
      expect(printed).toMatchObject({ action: 'PRINTED', outcome: 'SUCCESS', actor_member_id: cashier.memberId });
      expect(printed.records).toEqual(expect.arrayContaining([`invoice:${invoice.id}`, `payment:${cash.id}`, `member:${cashier.memberId}`]));
      for (const [person, permission] of [[elsewhere, 'payments:take'], [receptionist, 'payments:take'], [assistant, 'patients:read']] as const) {
        const refused = await get(path, person);
        expect([refused.statusCode, refused.json().errors[0].extensions]).toMatchObject([403, { code: 'FORBIDDEN', permission }]);
        expect((await entriesOf(world, practice.tenantId, operation)).at(-1)).toMatchObject({ action: 'PRINTED', outcome: 'DENIED', actor_member_id: person.memberId });
      }
      expect((await world.app.inject({ method: 'GET', url: path })).statusCode).toBe(401);
    }
  });

  it('answers another practice, and an id of nothing, as if nothing were there', async () => {
    const { invoice, cash } = await paidInvoice();
    const other = await world.practice('Another');
    for (const path of [invoicePath(invoice.id), receiptPath(cash.id)]) expect((await get(path, other.owner)).statusCode).toBe(404);
    for (const path of [invoicePath(randomUUID()), receiptPath(randomUUID()), invoicePath('x'), receiptPath('x'), invoicePath(cash.id), receiptPath(invoice.id)]) {
      const answer = await get(path);
      expect([answer.statusCode, answer.json().errors[0].extensions.code]).toEqual([404, 'NOT_FOUND']);
    }
  });

  it('names the part of the address that it does not understand', async () => {
    const { cash } = await paidInvoice();
    const answer = await get(receiptPath(cash.id, '?language=fr&paper=letter&copy=2'));
    expect(answer.statusCode).toBe(400);
    expect((answer.json().errors[0].extensions.faults as Array<{ path: string[] }>).map(({ path: [part] }) => part).sort()).toEqual(['copy', 'language', 'paper']);
  });
});
