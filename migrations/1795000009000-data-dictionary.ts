import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each column is, for docs/data-model.md; only those that the migrations before did not tell already. */
const columns: Record<string, Record<string, string>> = {
  'audit.entries': {
    id: 'UUIDv7, made by the server: sort key, partition key and cursor.',
    chamber_id: 'The chamber that the request named.',
    actor_user_id: 'Account of who acted.',
    actor_member_id: 'Membership of who acted.',
    actor_roles: 'Roles of who acted, at that moment, with spaces between.',
    session_id: 'The session they acted in.',
    action: 'What was done or attempted, such as VIEWED.',
    operation: 'Root field of the API, such as Query.patient, or operator.… for a command at the machine.',
    outcome: 'SUCCESS, DENIED or FAILED.',
    error_code: 'Error code that was answered, when it was not SUCCESS.',
    request_id: 'The HTTP request; one may have several entries.',
  },
  'audit.entry_records': {
    entry_id: 'The entry.',
    tenant_id: 'The practice of the entry.',
    record_type: 'Kind of record; requested:… when the caller named it and did not get it.',
    record_id: 'The record.',
    patient_id: 'The patient whose record it is.',
  },
  'auth.invitations': {
    code_hash: 'SHA-256 of the joining code.',
    tenant_id: 'The practice that invites.',
    member_id: 'The membership that waits for its person.',
    email_token: 'Keyed hash of the e-mail address that was invited.',
    created_at: 'When the code was made.',
    expires_at: 'When the code stops working.',
    used_at: 'When somebody joined by it.',
  },
  'auth.memberships': {
    user_id: 'The person.',
    tenant_id: 'The practice.',
  },
  'auth.refresh_tokens': {
    token_hash: 'SHA-256 of the token.',
    session_id: 'The session it renews.',
    issued_at: 'When it was handed out.',
    used_at: 'When it was exchanged; a second time ends the session.',
    successor_hash: 'SHA-256 of the token it was exchanged for.',
  },
  'auth.sessions': {
    id: 'UUIDv7.',
    user_id: 'Whose session.',
    tenant_id: 'The practice it works in now.',
    member_id: 'The person’s membership there.',
    client: 'BROWSER keeps its tokens in cookies, BEARER by itself.',
    ip: 'Internet address it was begun from.',
    device: 'What the client said it is (user agent).',
    created_at: 'When it was begun.',
    last_seen_at: 'When it was last renewed.',
    idle_expires_at: 'When it ends unless it is renewed.',
    absolute_expires_at: 'When it ends in any case.',
    ended_at: 'When it was ended before that.',
    end_reason: 'Why it was ended.',
  },
  'auth.users': {
    id: 'UUIDv7.',
    password_changed_at: 'When the password was last set.',
    created_at: 'When the account was made.',
  },
  'clinic.chamber_assignments': {
    tenant_id: 'The practice.',
    id: 'UUIDv7.',
    member_id: 'Who.',
    chamber_id: 'Where.',
    role: 'As what.',
    valid_from: 'From when on.',
    valid_to: 'Until when; null without end.',
    created_at: 'When it was made.',
  },
  'clinic.chambers': {
    tenant_id: 'The practice.',
    id: 'UUIDv7.',
    name: 'Name.',
    time_zone: 'IANA time zone.',
    locale: 'Language and customs of its papers.',
    address: 'Postal address.',
    receipt_prefix: 'What its receipt numbers begin with.',
    archived_at: 'When it was put away; null while in use.',
    created_at: 'When it was added.',
    version: 'Counts the edits.',
  },
  'clinic.counters': {
    tenant_id: 'The practice.',
    name: 'What is counted.',
    value: 'The last number taken.',
  },
  'clinic.idempotency_keys': {
    tenant_id: 'The practice.',
    key: 'The client’s key.',
    operation: 'The operation it was used for.',
    record_id: 'The record that was made.',
    created_at: 'When.',
  },
  'clinic.members': {
    tenant_id: 'The practice.',
    id: 'UUIDv7.',
    user_id: 'The person’s account; null until they join.',
    email_token: 'Keyed hash of the e-mail address that was invited.',
    is_owner: 'Owners may do everything.',
    status: 'INVITED, ACTIVE or DEACTIVATED.',
    deactivated_at: 'When access ended.',
    created_at: 'When the person was invited.',
    version: 'Counts the edits.',
  },
  'clinic.patient_tokens': {
    tenant_id: 'The practice.',
    field: 'What the token is of, such as phone or identifier:NID.',
    token: 'Keyed hash of the normalised value; the key differs for each practice and field.',
    patient_id: 'The patient.',
  },
  'clinic.patients': {
    tenant_id: 'The practice.',
    id: 'UUIDv7, or an id that the client made.',
    status: 'ACTIVE or ARCHIVED.',
    registered_by: 'The member who registered the patient.',
    registered_at: 'When.',
    updated_at: 'When anything of the patient last changed.',
    version: 'Counts the edits.',
  },
  'clinic.permission_overrides': {
    tenant_id: 'The practice.',
    id: 'UUIDv7.',
    role: 'For a role …',
    chamber_id: 'In one chamber; null for all.',
    member_id: '… or for one member.',
    permission: 'The permission.',
    effect: 'GRANT or DENY; a denial wins.',
    created_at: 'When it was made.',
  },
  'clinic.tenants': {
    id: 'UUIDv7.',
    name: 'Name.',
    country: 'ISO 3166-1 alpha-2.',
    currency: 'ISO 4217.',
    jurisdiction: 'Whose law decides how long records are kept.',
    status: 'Standing of the subscription.',
    trial_ends_at: 'When the trial ends.',
    created_at: 'When the practice was opened.',
    version: 'Counts the edits.',
  },
  'platform.context_key': {
    only_row: 'True: there is one row.',
    inner_pad: 'The key, padded for the inner hash (RFC 2104).',
    outer_pad: 'The key, padded for the outer hash.',
  },
  'platform.data_keys': {
    scope: 'The practice, or the nil UUID for the installation.',
    purpose: 'DATA seals values, INDEX makes search tokens.',
    version: 'Counted up with each rotation.',
    wrapped: 'The key, encrypted under a key-encryption key (docs/sealed-values.md).',
    created_at: 'When it was made.',
  },
  'platform.migrations': {
    id: 'In the order they ran.',
    timestamp: 'The number in the migration’s name.',
    name: 'The migration.',
  },
  'platform.role_permissions': {
    role: 'The role.',
    permission: 'A permission it holds when nobody changed anything.',
  },
};

const comment = (table: string, column: string, text: string | undefined): string =>
  `comment on column ${table}.${column} is ${text === undefined ? 'null' : `'${text.replaceAll(`'`, `''`)}'`};`;

/** The data dictionary. */
export class DataDictionary1795000009000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(Object.entries(columns).flatMap(([table, texts]) => Object.entries(texts).map(([column, text]) => comment(table, column, text))).join('\n'));
    await q.query(`comment on table platform.migrations is 'The migrations that ran.'`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(Object.entries(columns).flatMap(([table, texts]) => Object.keys(texts).map((column) => comment(table, column, undefined))).join('\n'));
    await q.query('comment on table platform.migrations is null');
  }
}
