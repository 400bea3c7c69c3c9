import { type Letter, greeting, nameInLetter } from '../mail/letter.model.js';
import type { Member } from './member.model.js';

/** How long a joining code is good for. */
export const INVITATION_DAYS = 7;

/** What an invited person reads: who invites them, and the link to join by. The names in it were chosen by whoever invites. */
export function invitationLetter(member: Member, practiceName: string, url: string): Letter {
  const practice = nameInLetter(practiceName);
  return {
    to: member.email,
    subject: { en: `Invitation to ${practice}`, bn: `${practice} থেকে আমন্ত্রণ` },
    paragraphs: [
      greeting(member),
      {
        en: `${practice} invites you to join its staff. The link below lets you in once, and for ${INVITATION_DAYS} days.`,
        bn: `${practice} আপনাকে তাদের কর্মীদলে যোগ দিতে আমন্ত্রণ জানাচ্ছে। নিচের লিংকটি একবার, এবং ${INVITATION_DAYS.toLocaleString('bn')} দিন পর্যন্ত কাজ করবে।`,
      },
      {
        en: 'If you did not expect this, do nothing: without this mail nobody can join in your name.',
        bn: 'এটি আপনার প্রত্যাশিত না হলে কিছু করার দরকার নেই: এই মেইল ছাড়া কেউ আপনার নামে যোগ দিতে পারবে না।',
      },
    ],
    link: { url, label: { en: 'Join', bn: 'যোগ দিন' } },
  };
}
