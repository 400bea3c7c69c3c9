import { ApiError, run } from './api';
import { el, show } from './dom';
import { graphql } from './gql';
import type { SearchQuery } from './gql/graphql';
import { textOf } from './messages';

const Search = graphql(`
  query Search($text: String!) {
    searchPatients(text: $text, first: 10) {
      hasMore
      found { patient { id mrn nameBn nameEn birth { ageYears } phones { display } } }
    }
  }
`);

type Found = NonNullable<SearchQuery['searchPatients']>;

const PAUSE_MS = 200;

/** A box that searches as one types, in Bangla or Latin letters, by number or by telephone. */
export function searchBox(open: (patientId: string) => void): HTMLElement {
  const input = el('input', { type: 'search', 'aria-label': 'রোগী খুঁজুন · Search', placeholder: 'নাম, ফোন বা নম্বর · Name, phone or number' });
  const list = el('ul', { class: 'found' });
  const message = el('p', { role: 'alert' });
  let asked = 0;
  input.addEventListener('input', () => {
    const turn = ++asked;
    setTimeout(() => {
      // Only the last of several keystrokes asks, and only its answer is shown.
      if (turn !== asked) return;
      find(input.value).then((found) => turn === asked && render(found), (error: unknown) => (message.textContent = textOf(error)));
    }, PAUSE_MS);
  });

  function render({ found, hasMore }: Found): void {
    message.textContent = hasMore ? 'আরও আছে, আরও লিখুন · There are more: type on.' : found.length || input.value.trim().length < 2 ? '' : 'কাউকে পাওয়া যায়নি · Nobody was found.';
    show(list, ...found.map(({ patient }) => {
      const button = el('button', { type: 'button' },
        `${patient.nameBn ?? ''} ${patient.nameEn ?? ''} · ${patient.mrn} · ${patient.birth?.ageYears ?? '?'} · ${patient.phones[0]?.display ?? ''}`);
      button.addEventListener('click', () => open(patient.id));
      return el('li', {}, button);
    }));
  }
  return el('section', {}, input, message, list);
}

const nothing: Found = { found: [], hasMore: false };

/** What fits the text; nothing while it is too short to search for. */
async function find(text: string): Promise<Found> {
  try {
    return (await run(Search, { text })).data.searchPatients;
  } catch (error) {
    if (error instanceof ApiError && error.reasons.some((reason) => reason === 'EMPTY' || reason === 'TOO_SHORT')) return nothing;
    throw error;
  }
}
