/**
 * Changes some words of a function that an earlier migration made, and nothing else of it. Fails when they are not in it.
 * `anew` for one that gives other columns then: it is dropped first, and its grants and its comment go with it.
 */
export const changeFunction = (signature: string, changes: ReadonlyArray<readonly [before: string, after: string]>, { anew = false } = {}): string => `
do $changing$
declare definition text := pg_get_functiondef('${signature}'::regprocedure);
begin
${changes.map(([before, after]) => `
  if position($words$${before}$words$ in definition) = 0 then
    raise exception 'not in %: %', '${signature}', $words$${before}$words$;
  end if;
  definition := replace(definition, $words$${before}$words$, $words$${after}$words$);`).join('')}
  ${anew ? `drop function ${signature};` : ''}
  execute definition;
end $changing$;`;

/** The same changes the other way round. */
export const undone = (changes: ReadonlyArray<readonly [before: string, after: string]>): Array<[string, string]> => changes.map(([before, after]) => [after, before]);
