import DataLoader from 'dataloader';
import type { Ctx } from '../context/ctx.js';

/** Finds the values of many ids in one go; an id without a value is not in the map. */
export type Batch<V> = (ctx: Ctx, ids: readonly string[]) => Promise<ReadonlyMap<string, V>>;

const loaders = new WeakMap<Ctx, Map<unknown, DataLoader<string, unknown>>>();

/**
 * The value of one id, found together with those that other fields of the same root field ask for at this moment: a page of
 * a hundred costs as many statements as a page of one. `batch` must be the same function each time.
 */
export const loadBatched = <V>(ctx: Ctx, batch: Batch<V>, id: string): Promise<V | undefined> => loaderOf(ctx, batch).load(id);

/** Tells what `loadBatched` would find, so that it need not be asked for. */
export const knowBatched = <V>(ctx: Ctx, batch: Batch<V>, id: string, value: V): void => void loaderOf(ctx, batch).clear(id).prime(id, value);

function loaderOf<V>(ctx: Ctx, batch: Batch<V>): DataLoader<string, V | undefined> {
  let ofRoot = loaders.get(ctx);
  if (!ofRoot) loaders.set(ctx, (ofRoot = new Map<unknown, DataLoader<string, unknown>>()));
  let loader = ofRoot.get(batch) as DataLoader<string, V | undefined> | undefined;
  if (!loader) {
    loader = new DataLoader<string, V | undefined>(async (ids) => {
      const found = await batch(ctx, ids);
      return ids.map((one) => found.get(one));
    });
    ofRoot.set(batch, loader);
  }
  return loader;
}
