/** Lower case, without accents, and without the Bangla differences that people do not keep: long and short vowels, ণ and ন. */
export function foldSpelling(text: string): string {
  return text
    .normalize('NFKD').replace(/[\u0300-\u036f\u200c\u200d]/g, '').normalize('NFC').toLowerCase()
    .replace(/['’‘ʼ`]|ঁ/g, '')
    .replace(/[ঃ:]/g, ' ')
    .replace(/ী/g, 'ি').replace(/ঈ/g, 'ই').replace(/ূ/g, 'ু').replace(/ঊ/g, 'উ').replace(/ণ/g, 'ন').replace(/ৎ/g, 'ত');
}
