/** How far an import has come. */
export type ImportState = 'AWAITING_FILE' | 'MAPPING' | 'CHECKING' | 'READY' | 'RUNNING' | 'INTERRUPTED' | 'FINISHED' | 'CANCELLED' | 'EXPIRED';

/** The states in which a server works on an import. */
export type WorkingState = Extract<ImportState, 'CHECKING' | 'RUNNING'>;

/** Why an import stopped before the end. */
export type Interruption = 'SESSION_ENDED' | 'PERMISSION_LOST' | 'SERVER_STOPPED' | 'FAULT';

/** What a line is. */
export type LineState = 'STAGED' | 'HEADER' | 'READY' | 'FAULTY' | 'KNOWN' | 'IMPORTED';

/** What a person can do with an import. */
export type ImportAction = 'UPLOAD' | 'MAP' | 'START' | 'RESUME' | 'CANCEL';

const actions: Record<ImportState, readonly ImportAction[]> = {
  AWAITING_FILE: ['UPLOAD', 'CANCEL'],
  MAPPING: ['MAP', 'CANCEL'],
  CHECKING: ['CANCEL'],
  READY: ['MAP', 'START', 'CANCEL'],
  RUNNING: ['CANCEL'],
  INTERRUPTED: ['RESUME', 'CANCEL'],
  FINISHED: [],
  CANCELLED: [],
  EXPIRED: [],
};

/** What can be done in this state. */
export const actionsIn = (state: ImportState): readonly ImportAction[] => actions[state];

/** The states that nothing follows: what the lines held was removed. */
export const isEnded = (state: ImportState): boolean => actions[state].length === 0;
