const ZEROS = ['০', '٠', '۰'].map((zero) => zero.charCodeAt(0));

/** Rewrites Bangla (০-৯), Arabic-Indic (٠-٩) and Eastern Arabic (۰-۹) digits as ASCII; all else stays as it is. */
export function toAsciiDigits(text: string): string {
  return text.replace(/[০-৯٠-٩۰-۹]/g, (digit) => {
    const code = digit.charCodeAt(0);
    const zero = ZEROS.find((candidate) => code >= candidate && code <= candidate + 9) ?? code;
    return String(code - zero);
  });
}

/** Bangla digits in place of ASCII digits. */
export const banglaDigits = (text: string | number): string => String(text).replace(/\d/g, (digit) => '০১২৩৪৫৬৭৮৯'[Number(digit)]!);
