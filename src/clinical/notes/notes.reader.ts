import { Injectable } from '@nestjs/common';
import { Keyring } from '../../platform/crypto/keyring.js';
import { TenantDb } from '../../platform/database/tenant-db.js';
import { EntryPages } from '../entries/entry-pages.js';
import { type NoteContent, type NoteRow, noteTable } from './note-content.js';

/** Reads patients' clinical notes, the latest first, for callers who may see what is clinical. What it gives is in the audit entry of the answer. */
@Injectable()
export class NotesReader extends EntryPages<NoteContent, NoteRow> {
  constructor(db: TenantDb, keyring: Keyring) {
    super(db, keyring, noteTable);
  }
}
