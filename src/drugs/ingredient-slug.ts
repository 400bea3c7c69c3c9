// What stands behind the name of a substance in lists of products and does not make it another substance to be allergic to.
const SALTS = new Set(('acetate anhydrous base besilate besylate bromide calcium carbonate chloride citrate dihydrate dihydrochloride dipropionate disodium fumarate furoate '
  + 'gluconate hcl hemihydrate hydrobromide hydrochloride hydrogen hydroxide lactate magnesium malate maleate mesilate mesylate monohydrate nitrate oxalate pamoate pentahydrate '
  + 'phosphate potassium propionate sesquihydrate sodium stearate succinate sulfate tartrate tosilate trihydrate tromethamine valerate xinafoate').split(' '));

/** The id of an ingredient of this name: `clavulanic-acid`, `zinc-sulfate` in either spelling; empty when the name has no Latin letter or digit. */
export const slugOf = (name: string): string =>
  name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/sulph/g, 'sulf').replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');

/** The ids that an ingredient of this name can have, the likeliest first: as it is named, then without one salt or water after another. */
export function slugsOf(name: string): string[] {
  const words = slugOf(name.replace(/\([^)]*\)/g, ' ')).split('-');
  const slugs = [slugOf(name), words.join('-')];
  while (words.length > 1 && SALTS.has(words.at(-1)!)) {
    words.pop();
    slugs.push(words.join('-'));
  }
  return [...new Set(slugs)].filter(Boolean);
}
