import { type FSWatcher, mkdirSync, readFileSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';

/** A mail as its reader sees it. */
export interface ReceivedMail {
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  raw: string;
}

/** Mails by the order in which they came, each handed out once. */
export class Inbox {
  readonly #mails: ReceivedMail[] = [];
  readonly #waiting: Array<{ address: string; take: (mail: ReceivedMail) => void }> = [];

  /** The next mail to an address that was not handed out yet; waits for it. */
  next(address: string): Promise<ReceivedMail> {
    const index = this.#mails.findIndex(({ to }) => to === address);
    if (index >= 0) return Promise.resolve(this.#mails.splice(index, 1)[0]!);
    return new Promise((take) => this.#waiting.push({ address, take }));
  }

  /** How many mails to an address came and were not handed out. */
  count(address: string): number {
    return this.#mails.filter(({ to }) => to === address).length;
  }

  /** Takes a mail in. */
  async add(raw: Buffer): Promise<void> {
    const { to, from, subject = '', text = '', html = '', messageId = '' } = await PostalMime.parse(raw);
    const mail: ReceivedMail = { to: to?.[0]?.address ?? '', from: from?.address ?? '', subject, text, html, messageId, raw: raw.toString('utf8') };
    const index = this.#waiting.findIndex(({ address }) => address === mail.to);
    if (index >= 0) this.#waiting.splice(index, 1)[0]!.take(mail);
    else this.#mails.push(mail);
  }
}

/** The inbox of everybody whose mails a server writes into a directory. */
export class MailDirectory {
  readonly #inbox = new Inbox();
  readonly #seen = new Set<string>();
  readonly #watcher: FSWatcher;

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#watcher = watch(directory, { persistent: false }, () => this.#look());
    this.#look();
  }

  next(address: string): Promise<ReceivedMail> {
    return this.#inbox.next(address);
  }

  close(): void {
    this.#watcher.close();
  }

  #look(): void {
    for (const name of readdirSync(this.directory).filter((each) => each.endsWith('.eml') && !this.#seen.has(each))) {
      this.#seen.add(name);
      void this.#inbox.add(readFileSync(join(this.directory, name)));
    }
  }
}
