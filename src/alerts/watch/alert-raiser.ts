import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Config } from '../../config.js';
import { MailsWriter } from '../../mail/mails.writer.js';
import { Keyring } from '../../platform/crypto/keyring.js';
import { CONFIG } from '../../platform/platform.module.js';
import { rules } from '../rules/alert-rule.js';
import type { Finding } from '../rules/fact.js';
import { alertLetter } from './alert-letter.js';
import type { Run } from './practice-watch.js';
import { type PracticeFacts, owners, queueWebhook, raise } from './watch-rows.js';

/** Makes alerts of findings and puts what tells of them on its way, all in the transaction of the watcher. The same finding twice is one alert, told once. */
@Injectable()
export class AlertRaiser {
  constructor(
    private readonly keyring: Keyring,
    private readonly mails: MailsWriter,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Raises what was found in the practice that `run` has entered. */
  async raise(run: Run, tenantId: string, { name, hasWebhook, zoneOf }: PracticeFacts, findings: readonly Finding[]): Promise<void> {
    if (!findings.length) return;
    const raised = await run(...findings.map((finding) => raise(tenantId, uuidv7(), finding)));
    const fresh = findings.flatMap((finding, index) => {
      const { id, is_new: isNew } = raised[index]![0] as { id: string; is_new: boolean };
      return isNew ? [{ id, finding }] : [];
    });
    const pressing = fresh.filter(({ finding }) => rules[finding.rule].severity !== 'LOW');
    const addresses = pressing.length ? await this.#ownersOf(run, tenantId) : [];
    const letters = pressing.flatMap(({ id, finding }) => addresses.map((to) => alertLetter(to, name, this.config.frontendUrl, id, zoneOf(null), finding)));
    const calls = hasWebhook ? fresh.map(({ id }) => queueWebhook(id)) : [];
    await run(...await Promise.all(letters.map((letter) => this.mails.statement(letter))), ...calls, { text: 'select' });
  }

  async #ownersOf(run: Run, tenantId: string): Promise<string[]> {
    const [found] = await run(owners(tenantId));
    const members = found as unknown as Array<{ id: string; profile: Buffer }>;
    const keys = await this.keyring.of(tenantId, members.map(({ profile }) => profile));
    return members.map(({ id, profile }) => keys.open<{ email: string }>('clinic.members', id, 'profile', profile).email);
  }
}
