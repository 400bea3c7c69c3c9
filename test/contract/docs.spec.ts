import { World } from '../support/world.js';
import { dataModel, tablesOf } from '../support/data-model.js';
import { expectGenerated } from '../support/generated.js';

describe('the data model', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world.close());

  it('tells what every table and column is', async () => {
    const tables = await tablesOf(world);
    expect(tables.length).toBeGreaterThan(15);
    expect(tables.flatMap(({ name, comment, columns }) => [
      ...(comment ? [] : [name]), ...columns.filter((column) => !column.comment).map((column) => `${name}.${column.name}`)])).toEqual([]);
  });

  it('is as generated', async () => {
    expectGenerated('docs/data-model.md', 'data model', await dataModel(world));
  });
});
