import Bowser from 'bowser';

// Of what it does not know Bowser gives the words of the header, which anybody can write, and this goes into mails.
const known: ReadonlySet<string> = new Set([...Object.values(Bowser.BROWSER_MAP), ...Object.values(Bowser.OS_MAP)]);

/** Browser and system that a User-Agent names, such as `Firefox on Android`; null when it names none that are known. */
export function deviceName(userAgent: string | null): string | null {
  if (!userAgent) return null;
  const { browser, os } = Bowser.parse(userAgent);
  return [browser.name, os.name].filter((name) => name !== undefined && known.has(name)).join(' on ') || null;
}
