/** What a page is told when a browser comes back from Google with nothing. */
export type ToldFault = 'REFUSED' | 'EXPIRED' | 'NOT_ACCEPTED' | 'UNAVAILABLE';

/** Why a trip to Google brought nothing: what the page is told, and what the trail and the log are, which never holds anything that Google sent. */
export class GoogleFault extends Error {
  constructor(
    readonly told: ToldFault,
    readonly why: string,
  ) {
    super(why);
    this.name = 'GoogleFault';
  }
}
