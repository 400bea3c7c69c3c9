import { Appointments, dayFromNow } from '../support/appointments.js';
import { type Site, describeInBrowser, serveBlankPage } from '../support/browser.js';
import { Patients } from '../support/patients.js';
import { freePort } from '../support/free-port.js';
import { openChamber } from '../support/staff.js';
import { World } from '../support/world.js';

describeInBrowser('a page that a link opens', (browser) => {
  let world: World;
  let rooms: Site;
  beforeAll(async () => {
    const port = await freePort();
    rooms = await serveBlankPage();
    world = await World.open({ PUBLIC_ORIGINS: `http://127.0.0.1:${port}`, VIDEO_URL_TEMPLATE: `${rooms.origin}/?room={room}` });
    await world.app.listen(port, '127.0.0.1');
  });
  afterAll(async () => {
    await world.close();
    await rooms.close();
  });

  it('shows on a screen who is called and who is next, follows what happens, and says so when its link is ended', async () => {
    const practice = await world.practice('Shapla Chamber');
    const { token, memberId } = practice.owner;
    const chamberId = await openChamber(world, practice, 'Gulshan');
    const [desk, register] = [new Appointments(world, token), new Patients(world, token)];
    const session = await desk.addSession({ chamberId, doctorId: memberId, localDate: dayFromNow(0), startsAt: '00:00', endsAt: '23:59' });
    await desk.open(session.id);
    for (const nameEn of ['Amena Begum', 'Karim Hossain', 'Shirin Akter']) {
      const { id: patientId } = await register.register({ nameEn });
      await desk.step('noteArrival', (await desk.book({ sessionId: session.id, patientId })).id);
    }
    await desk.step('startClinicSession', session.id);
    const first = await desk.step('callNextPatient', session.id);
    const { createQueueDisplay: made } = await world.ok('mutation ($id: UUID!) { createQueueDisplay(input: { chamberId: $id, name: "Waiting room" }) { url display { id } } }', { id: chamberId }, token);

    const page = await (await browser().newContext({ viewport: { width: 1280, height: 720 } })).newPage();
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(`${made.url}?language=bn`);
    await page.getByText('মালিক').waitFor();
    expect(await page.locator('.called .number').textContent()).toBe('১');
    expect(await page.locator('li b').allTextContents()).toEqual(['২', '৩']);
    expect(faults).toEqual([]);
    await page.goto(made.url);
    await desk.step('beginConsultation', first.id);
    await desk.step('callNextPatient', session.id);
    await page.locator('.inside .number', { hasText: '1' }).waitFor();
    expect(await page.locator('.called .number').textContent()).toBe('2');
    await world.ok('mutation ($id: UUID!) { endQueueDisplay(id: $id) { id } }', { id: made.display.id }, token);
    await page.getByText('This link does not work any more').waitFor();
    expect(await page.locator('section').count()).toBe(0);
  });

  it('leads a patient on into a visit by video by a click, and by nothing else before it is open', async () => {
    const practice = await world.practice('Jui Chamber');
    const { token, memberId } = practice.owner;
    const { addChamber: { id: chamberId } } = await world.ok('mutation ($input: AddChamberInput!) { addChamber(input: $input) { id } }',
      { input: { name: 'মিরপুর', timeZone: 'Asia/Dhaka', locale: 'bn_BD', receiptPrefix: 'MIRPUR' } }, token);
    const desk = new Appointments(world, token);
    const { id: patientId } = await new Patients(world, token).register({ nameEn: 'Amena Begum' });
    const linkOn = async (days: number): Promise<string> => {
      const session = await desk.addSession({ chamberId, doctorId: memberId, localDate: dayFromNow(days), startsAt: '00:00', endsAt: '23:59' });
      const { id } = await desk.book({ sessionId: session.id, patientId, video: true });
      return (await world.ok('mutation ($id: UUID!) { createVisitLink(appointmentId: $id) { url } }', { id }, token)).createVisitLink.url;
    };
    const page = await (await browser().newContext({ viewport: { width: 390, height: 780 } })).newPage();
    const faults: string[] = [];
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(await linkOn(2));
    expect(await page.locator('main').innerText()).toMatch(/, রাত্রি ১১:৪৫ থেকে প্রবেশ করা যাবে।/);
    expect(await page.locator('a').count()).toBe(0);
    await page.goto(await linkOn(0));
    // The page's own style holds: without it, a link is no block.
    expect(await page.evaluate('getComputedStyle(document.querySelector("a")).display')).toBe('block');
    expect(await page.locator('main').innerText()).not.toContain('Amena');
    expect(faults).toEqual([]);
    await page.getByRole('link', { name: 'প্রবেশ করুন' }).click();
    await page.waitForURL(`${rooms.origin}/?room=visit-*`);
    expect(await page.evaluate('document.referrer')).toBe('');
  });
});
