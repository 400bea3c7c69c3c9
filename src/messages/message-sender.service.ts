import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { type ConsentState, stateStatement, statesIn } from '../consents/consents.reader.js';
import { Keyring, type ScopeKeys } from '../platform/crypto/keyring.js';
import { Databases, withClient } from '../platform/database/databases.js';
import { enterToWatch } from '../platform/database/enter-to-watch.js';
import { type Row, type Statement, runGroup } from '../platform/database/statement-group.js';
import { Jobs, type Try } from '../platform/jobs/jobs.js';
import { LOGGER } from '../platform/platform.module.js';
import { decide } from './message-decision.js';
import { type DueRow, END, GIVE_UP, MESSAGES, type MessageContent, NOTE_FAILURE, NOTE_SENT, NOTE_TRY, POSTPONE, dueMessage } from './message-rows.js';
import { type MessageLanguage, messageText } from './message-texts.js';
import { type Addressee, bookerOf, phonesOf, reached } from './reach.js';
import { SmsNotSent, SmsTransport } from './sms-transport.js';

interface Queued {
  tenantId: string;
  id: string;
}

/** Sends messages that are due, each once unless a server dies between the gateway's answer and noting it: the gateway then gets the same id again. */
@Injectable()
export class MessageSender {
  constructor(
    private readonly databases: Databases,
    private readonly keyring: Keyring,
    private readonly transport: SmsTransport,
    @Inject(LOGGER) private readonly logger: Logger,
    jobs: Jobs,
  ) {
    jobs.handle<Queued>('sendMessage', (queued, attempt) => this.#send(queued, attempt));
    jobs.handleNightly('giveUpMessages', () => this.#giveUp());
  }

  async #send({ tenantId, id }: Queued, { isLast }: Try): Promise<void> {
    const [rows] = await this.#run(tenantId, dueMessage(tenantId, id));
    const message = rows![0] as unknown as DueRow | undefined;
    if (!message) return;
    const keys = await this.keyring.of(tenantId, [message.identity, message.booker, message.doctor, message.content].filter((one) => one !== null));
    const { number, isAllowed } = reached(await this.#addressee(tenantId, keys, message));
    const content = number === undefined ? undefined : contentOf(keys, message, number);
    const decision = decide({
      kind: message.kind, plannedFor: message.planned_for, heldUntil: message.held_until, status: message.status, isSucceeded: message.is_succeeded, isToldAgain: message.is_told_again, isOtherThanTried: isOtherThanTried(keys, message, content),
      sessionStatus: message.session_status, delayMinutes: message.delay_minutes, undoableUntil: message.undoable_until,
      localDate: message.local_date, begins: message.begins, ends: message.ends, timeZone: message.time_zone, hasNumber: content !== undefined,
      isAllowed, isOnline: message.booker !== null, quiet: { from: message.quiet_from, until: message.quiet_until },
    }, message.now);
    if (decision.do === 'POSTPONE') await this.#run(tenantId, { text: POSTPONE, values: [tenantId, id, decision.until] });
    else if (decision.do === 'SUPPRESS') await this.#run(tenantId, { text: END, values: [tenantId, id, 'SUPPRESSED', decision.why] });
    else await this.#try(tenantId, message, content!, keys, isLast);
  }

  async #try(tenantId: string, message: DueRow, content: MessageContent, keys: ScopeKeys, isLast: boolean): Promise<void> {
    const { id, created_at: queuedAt } = message;
    const [noted] = await this.#run(tenantId, { text: NOTE_TRY, values: [tenantId, id, languageOf(message), message.content ?? keys.seal(MESSAGES, id, 'content', content)] });
    if (!noted!.length) return;
    try {
      await this.transport.send({ id, queuedAt, ...content });
    } catch (error) {
      const { code, isFinal } = error instanceof SmsNotSent ? error : { code: 'INTERNAL', isFinal: false };
      if (!isFinal && !isLast) {
        await this.#run(tenantId, { text: NOTE_FAILURE, values: [tenantId, id, code] });
        throw error;
      }
      await this.#run(tenantId, { text: END, values: [tenantId, id, 'FAILED', code] });
      // Where there is no gateway this is so of every message.
      if (code !== 'NO_GATEWAY') this.logger.error({ messageId: id, practiceId: tenantId, code, ...(code === 'INTERNAL' && { err: error as Error }) }, 'a message to a patient was given up');
      return;
    }
    await this.#run(tenantId, { text: NOTE_SENT, values: [tenantId, id] });
  }

  async #addressee(tenantId: string, keys: ScopeKeys, { appointment_id: appointmentId, patient_id: patientId, identity, booker }: DueRow): Promise<Addressee> {
    return {
      booker: booker === null ? undefined : bookerOf(keys, appointmentId, booker),
      patient: patientId === null || identity === null ? undefined : { phones: phonesOf(keys, patientId, identity), consent: await this.#consent(tenantId, patientId) },
    };
  }

  async #consent(tenantId: string, patientId: string): Promise<ConsentState> {
    const [rows] = await this.#run(tenantId, stateStatement(tenantId, [patientId], 'SMS'));
    return statesIn(rows!, [patientId], 'SMS').get(patientId)!;
  }

  async #giveUp(): Promise<void> {
    const [practices] = await withClient(this.databases.jobs, (client) => runGroup(client, [{ text: 'select p as id from platform.practices() p' }]));
    for (const { id } of practices!) {
      await this.#run(id as string, { text: GIVE_UP, values: [id] }).catch((error: unknown) => this.logger.error({ err: error, practiceId: id }, 'what was not sent for days could not be given up'));
    }
  }

  async #run(tenantId: string, statement: Statement): Promise<Row[][]> {
    const [, ...rows] = await withClient(this.databases.jobs, (client) => runGroup(client, [enterToWatch(tenantId), statement]));
    return rows;
  }
}

const languageOf = ({ language, locale }: DueRow): MessageLanguage => language ?? (locale.startsWith('bn') ? 'bn' : 'en');

// As it is to be told now.
function contentOf(keys: ScopeKeys, message: DueRow, to: string): MessageContent {
  const language = languageOf(message);
  const { nameEn, nameBn } = keys.open<{ nameEn: string; nameBn: string | null }>('clinic.members', message.doctor_id, 'profile', message.doctor);
  const { kind, number, begins, held_until: heldUntil, time_zone: timeZone, delay_minutes: delayMinutes, chamber, others } = message;
  return { to, text: messageText({ kind, number, begins, heldUntil, timeZone, delayMinutes, chamber, others, doctor: (language === 'bn' && nameBn) || nameEn }, language) };
}

// One id must not stand for two texts, nor a wrong time or number be tried to the end.
function isOtherThanTried(keys: ScopeKeys, { id, content: sealed }: DueRow, content: MessageContent | undefined): boolean {
  if (!sealed || !content) return false;
  const tried = keys.open<MessageContent>(MESSAGES, id, 'content', sealed);
  return tried.to !== content.to || tried.text !== content.text;
}
