import { el, show } from './dom';
import { patientView } from './patient';
import { searchBox } from './search';
import { secondFactorPage } from './second-factor';
import { type Viewer, signInForm, signOut, viewer } from './sign-in';

const page = document.querySelector('#page')!;

async function start(): Promise<void> {
  const known = await viewer();
  if (known === 'SECOND_FACTOR_NEEDED') await secondFactorPage(page, start);
  else if (known) desk(known);
  else signInForm(page, start);
}

function desk({ practice, member }: Viewer): void {
  const leave = el('button', { type: 'button' }, 'Sign out');
  leave.addEventListener('click', () => void signOut().then(start));
  const opened = el('section', { id: 'patient' });
  show(page,
    el('header', {}, el('strong', {}, practice.name), el('span', {}, member.nameBn ?? member.nameEn), leave),
    searchBox((id) => void patientView(opened, id)),
    opened);
}

void start();
