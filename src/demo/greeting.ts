import { PAGE_PATH } from '../platform/graphql/page.js';
import type { Config } from '../config.js';
import { DEMO_PASSWORD, demoPractices } from './practices.js';

/** What a person at the terminal wants to know. */
export function greeting(config: Config, url: string): string {
  const lines = [`Sinduk listens on ${url}`, `  GraphQL       ${url}/graphql`];
  if (config.graphql.page) lines.push(`  GraphQL page  ${url}${PAGE_PATH}`);
  if (config.mail.kind === 'files') lines.push(`  Mails         ${config.mail.directory} (written there, not sent)`);
  if (config.demoData) lines.push('', `Demo people, all with the password "${DEMO_PASSWORD}":`, ...demoPractices.flatMap(peopleOf));
  return `${lines.join('\n')}\n`;
}

const peopleOf = ({ name, owner, members, chambers }: (typeof demoPractices)[number]): string[] => [
  `  ${name}`,
  `    ${owner.email.padEnd(24)} doctor and owner`,
  ...members.map(({ email, role, chambers: places }) => `    ${email.padEnd(24)} ${role.toLowerCase()} in ${places.map((place) => chambers[place]!.name).join(', ')}`),
];
