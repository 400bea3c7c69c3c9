import Bowser from 'bowser';

/** Browser and system that a User-Agent names, such as `Firefox on Android`; null when it names neither. */
export function deviceName(userAgent: string | null): string | null {
  if (!userAgent) return null;
  const { browser, os } = Bowser.parse(userAgent);
  return [browser.name, os.name].filter(Boolean).join(' on ') || null;
}
