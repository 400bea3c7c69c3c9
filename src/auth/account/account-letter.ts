import { type Letter, type Words, greeting } from '../../mail/letter.model.js';
import type { UserProfile } from '../user.entity.js';

/** What a person is told of their account: what happened, what to do about it, and where in the front end. */
export interface AccountLetter {
  subject: Words;
  happened: Words;
  advice: Words;
  link?: { page: string; label: Words };
}

/** The mail to a person about their account: a greeting, what happened, the occasion on which they did it or somebody else, and what to do. */
export const accountLetter = (person: UserProfile, at: Words, { subject, happened, advice, link }: AccountLetter, frontendUrl: string): Letter => ({
  to: person.email,
  subject,
  paragraphs: [greeting(person), happened, at, advice],
  ...(link && { link: { url: `${frontendUrl}${link.page}`, label: link.label } }),
});
