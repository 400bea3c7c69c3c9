/** A batch is asked for by texts: the patient, and which page of theirs. */
export const keyOf = (patientId: string, which: unknown[]): string => JSON.stringify([patientId, ...which]);

/** The patients of a batch, by which page of theirs is asked for. */
export function groupsOf<W extends unknown[]>(keys: readonly string[]): Array<{ which: W; patientIds: string[] }> {
  const groups = new Map<string, { which: W; patientIds: string[] }>();
  for (const key of keys) {
    const [patientId, ...which] = JSON.parse(key) as [string, ...W];
    const same = JSON.stringify(which);
    const group = groups.get(same) ?? { which, patientIds: [] };
    group.patientIds.push(patientId);
    groups.set(same, group);
  }
  return [...groups.values()];
}
