import { wordsOf, wordsTyped } from './label-words.js';

describe('the words of a label', () => {
  it.each([
    ['Type 2 diabetes', ['type', '2', 'diabetes']],
    ['Hand, foot and mouth disease', ['hand', 'foot', 'and', 'mouth', 'disease']],
    ['Graves’ disease', ['graves', 'disease']],
    ['Sjögren’s syndrome', ['sjögrens', 'syndrome']],
    ['COVID-19', ['covid', '19']],
    ['টাইপ ২ ডায়াবেটিস', ['টাইপ', '২', 'ডায়াবেটিস'.normalize('NFKC')]],
    ['জ্বর জ্বর', ['জ্বর']],
    [' -, ', []],
  ])('of %j are %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it('are the same whichever way য় is spelt, and with a joiner', () => {
    expect(wordsOf('ডা\u09DFরিয়া')).toEqual(wordsOf('ডা\u09AF\u09BCরি\u09AF\u09BCা'));
    expect(wordsOf('র\u200D্যাশ')).toEqual(wordsOf('র্যাশ'));
  });

  it('that are typed come longest first, eight at most', () => {
    expect(wordsTyped('dia type 2')).toEqual(['type', 'dia', '2']);
    expect(wordsTyped('a b c d e f g h i j')).toHaveLength(8);
  });
});
