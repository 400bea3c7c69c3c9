import { Keyring } from '../../src/platform/crypto/keyring.js';
import type { GraphqlAnswer, Practice, World } from './world.js';

const SESSIONS = `query ($link: String!, $chamberId: UUID!, $first: LocalDate, $days: Int) {
  onlineSessions(link: $link, chamberId: $chamberId, first: $first, days: $days) { id doctor { nameEn } localDate startsAt mode availability aboutFrom aboutUntil slots { from until } } }`;
export const BOOKING = 'status cancelledBy number practice chamber address timeZone doctor { nameEn } localDate startsAt slotFrom slotUntil expectedFrom expectedUntil heldUntil deposit currency depositPaid';

/** Books online, without an account. */
export class Online {
  private constructor(
    readonly world: World,
    readonly practice: Practice,
    readonly link: string,
    readonly linkId: string,
  ) {}

  /** Opens a chamber for booking online and makes a link. */
  static async open(world: World, practice: Practice, chamberId: string, settings: object = {}): Promise<Online> {
    await world.ok('mutation ($input: EditOnlineBookingInput!) { editOnlineBooking(input: $input) { version } }', { input: { chamberId, version: 0, enabled: true, daysAhead: 60, ...settings } }, practice.owner.token);
    const { createBookingLink: made } = await world.ok('mutation { createBookingLink(input: { name: "Poster" }) { url link { id } } }', {}, practice.owner.token);
    return new Online(world, practice, made.url.split('/book/')[1], made.link.id);
  }

  sessionsAnswer(chamberId: string, first: string, days = 1, link = this.link): Promise<GraphqlAnswer> {
    return this.world.graphql(SESSIONS, { link, chamberId, first, days });
  }

  requestAnswer(phone: string, link = this.link): Promise<GraphqlAnswer> {
    return this.world.graphql('mutation ($input: RequestBookingCodeInput!) { requestBookingCode(input: $input) }', { input: { link, phone } });
  }

  /** The code that was last sent to any number of the practice. */
  async lastCode(): Promise<string> {
    return (await this.#codes())[0]!.code;
  }

  /** The code that was last sent to a number; none when it was used. */
  async codeTo(phone: string): Promise<string | undefined> {
    return (await this.#codes()).find(({ to }) => to === phone)?.code;
  }

  async #codes(): Promise<Array<{ to: string; code: string }>> {
    const rows = await this.world.sql<{ id: string; content: Buffer }>('superuser', 'select id, content from clinic.booking_codes where tenant_id = $1 and content is not null order by created_at desc limit 20', [this.practice.tenantId]);
    const keys = await this.world.app.get(Keyring, { strict: false }).of(this.practice.tenantId, rows.map(({ content }) => content));
    const sent = rows.map((row) => keys.open<{ to: string; text: string }>('clinic.booking_codes', row.id, 'content', row.content));
    return sent.map(({ to, text }) => ({ to, code: /\d{6}/.exec(text)![0] }));
  }

  /** Asks for a code and gives it. */
  async code(phone: string): Promise<string> {
    await this.world.ok('mutation ($input: RequestBookingCodeInput!) { requestBookingCode(input: $input) }', { input: { link: this.link, phone } });
    return this.lastCode();
  }

  holdAnswer(input: object): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($input: HoldOnlinePlaceInput!) { holdOnlinePlace(input: $input) { secret booking { ${BOOKING} } } }`, { input: { link: this.link, name: 'Amena Begum', ...input } });
  }

  /** Proves a number and holds a place. */
  async hold(sessionId: string, phone: string, input: object = {}): Promise<{ secret: string; booking: { [field: string]: unknown } }> {
    const { data, errors } = await this.holdAnswer({ sessionId, phone, code: await this.code(phone), ...input });
    if (errors) throw new Error(JSON.stringify(errors));
    return data.holdOnlinePlace;
  }

  stepAnswer(operation: 'confirmOnlineBooking' | 'cancelOnlineBooking', secret: string): Promise<GraphqlAnswer> {
    return this.world.graphql(`mutation ($secret: String!) { ${operation}(secret: $secret) { ${BOOKING} } }`, { secret });
  }

  bookingAnswer(secret: string): Promise<GraphqlAnswer> {
    return this.world.graphql(`query ($secret: String!) { onlineBooking(secret: $secret) { ${BOOKING} } }`, { secret });
  }
}
