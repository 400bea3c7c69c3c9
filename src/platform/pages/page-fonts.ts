import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create } from 'fontkitten';

/** The families of a page, in the order in which a character is looked for: Bangla and Latin, Arabic, Greek and signs, emoji. */
export const pageFamilies = ['Hind Siliguri', 'IBM Plex Sans Arabic', 'DejaVu Sans', 'Noto Emoji'] as const;

// Text that is copied from a page in Hind Siliguri comes out as it was written; of most other Bangla fonts it comes out with conjuncts doubled.
const FILES = [
  '@expo-google-fonts/hind-siliguri/400Regular/HindSiliguri_400Regular.ttf', '@expo-google-fonts/hind-siliguri/700Bold/HindSiliguri_700Bold.ttf',
  '@expo-google-fonts/ibm-plex-sans-arabic/400Regular/IBMPlexSansArabic_400Regular.ttf', '@expo-google-fonts/ibm-plex-sans-arabic/700Bold/IBMPlexSansArabic_700Bold.ttf',
  'dejavu-fonts-ttf/ttf/DejaVuSans.ttf', 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
  '@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf',
];

/** The fonts of pages: their files, and the characters that they have. */
export interface PageFonts {
  files: string[];
  characters: ReadonlySet<number>;
}

/** Finds the fonts, which come with packages of the server. Throws when one is missing or is none. */
export function readPageFonts(): PageFonts {
  const { resolve } = createRequire(import.meta.url);
  const files = FILES.map((file) => resolve(file));
  return { files, characters: new Set(files.flatMap((file) => charactersOf(file))) };
}

function charactersOf(file: string): number[] {
  const font = create(readFileSync(file));
  if (font.isCollection) throw new Error(`${file} is a collection of fonts`);
  return font.characterSet;
}
