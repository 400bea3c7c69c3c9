/** One wording in each language. */
export type BothLanguages = Readonly<Record<'en' | 'bn', string>>;
