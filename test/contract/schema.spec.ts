import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import {
  type GraphQLEnumType, type GraphQLNamedType, type GraphQLSchema, buildASTSchema, buildSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType, isSpecifiedDirective, isSpecifiedScalarType,
  lexicographicSortSchema, parse, printSchema, visit,
} from 'graphql';
import { getMetadataStorage } from 'class-validator';
import type { FaultReason } from '../../src/platform/fault-reasons.js';
import { reasonOf } from '../../src/platform/graphql/input.pipe.js';
import { World } from '../support/world.js';
import { schemaOf } from './access-rules.js';
import { expectReviewed } from './reviewed.js';

const FILE = 'schema.graphql';

describe('the schema', () => {
  let world: World;
  let schema: GraphQLSchema;

  beforeAll(async () => {
    world = await World.open();
    schema = schemaOf(world);
  });
  afterAll(() => world.close());

  it('is checked in, sorted, as the server builds it', () => {
    expectReviewed(FILE, printSchema(lexicographicSortSchema(schema)).split('\n'));
  });

  it('is described down to the last argument and enum value', () => {
    const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type));
    const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()] as Array<GraphQLNamedType | undefined>);
    const parts = types.flatMap((type): Array<[string, string | null | undefined]> => [
      ...(roots.has(type) ? [] : [[type.name, type.description] as [string, string | null | undefined]]),
      ...(isEnumType(type) ? type.getValues().map((value): [string, string | null | undefined] => [`${type.name}.${value.name}`, value.description]) : []),
      ...(isInputObjectType(type) ? Object.values(type.getFields()).map((field): [string, string | null | undefined] => [`${type.name}.${field.name}`, field.description]) : []),
      ...(isObjectType(type) || isInterfaceType(type)
        ? Object.values(type.getFields()).flatMap((field): Array<[string, string | null | undefined]> => [
          [`${type.name}.${field.name}`, field.description], ...field.args.map((arg): [string, string | null | undefined] => [`${type.name}.${field.name}(${arg.name})`, arg.description]),
        ])
        : []),
    ]);
    expect(parts.length).toBeGreaterThan(200);
    expect(parts.filter(([, description]) => !description?.trim()).map(([name]) => name)).toEqual([]);
    expect(schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive) && !directive.description)).toEqual([]);
  });

  it('has every reason of faults and conflicts that it tells of, and that input classes can give, and none that nothing gives', () => {
    const namesOf = (type: string): string[] => (schema.getType(type) as GraphQLEnumType).getValues().map(({ name }) => name);
    const [faults, conflicts] = [namesOf('FaultReason'), namesOf('ConflictReason')];
    const text = printSchema(schema);
    const told = (pattern: RegExp): string[] => [...new Set([...text.matchAll(pattern)].flatMap(([, list]) => list!.match(/\b[A-Z][A-Z0-9_]{2,}\b/g) ?? []))];
    const faultsTold = told(/[Rr]easons? of (?:a )?faults?: ([A-Z][A-Z0-9_, ]+(?: and [A-Z0-9_]+)?)/g);
    expect(faultsTold.length).toBeGreaterThan(40);
    expect(faultsTold.filter((reason) => !faults.includes(reason))).toEqual([]);
    const conflictsTold = told(/CONFLICT \(([A-Z][A-Z0-9_, ]+)\)/g);
    expect(conflictsTold.length).toBeGreaterThan(15);
    expect(conflictsTold.filter((reason) => !conflicts.includes(reason))).toEqual([]);
    const { validationMetadatas } = getMetadataStorage() as unknown as { validationMetadatas: Map<unknown, Array<{ type: string; name?: string }>> };
    const constraints = [...validationMetadatas.values()].flat().flatMap(({ type, name }) => (type === 'customValidation' && name ? [reasonOf(name)] : []));
    expect(constraints.length).toBeGreaterThan(50);
    expect(constraints.filter((reason) => !faults.includes(reason))).toEqual([]);
    const source = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts') && !/spec|platform.(errors|fault-reasons)\.ts$/.test(path)).map((path) => readFileSync(join('src', path), 'utf8')).join('\n');
    const errors = readFileSync('src/platform/errors.ts', 'utf8');
    expect([...faults, ...conflicts].filter((reason) => !constraints.includes(reason as FaultReason) && !`${source}${errors.slice(errors.indexOf('class DomainError'))}`.includes(`'${reason}'`))).toEqual([]);
  });

  it('breaks no client, unless the change log says so', async () => {
    const breaking = (await diff(buildSchema(committed()), schema)).filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
    const announced = unreleased();
    expect(breaking.filter(({ path }) => !path || ![path, path.replace(/\..*/, '.*')].some((name) => announced.includes(name))).map(({ message }) => message)).toEqual([]);
  });

  it('would be found broken, were a field taken away', async () => {
    const cut = visit(parse(readFileSync(FILE, 'utf8')), { FieldDefinition: ({ name }) => (name.value === 'signOut' ? null : undefined) });
    const changes = await diff(schema, buildASTSchema(cut));
    expect(changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking).map(({ path }) => path)).toEqual(['Mutation.signOut']);
  });

  // What clients were last told: the committed text, or the one at hand where there is no history.
  const committed = (): string => {
    try {
      return execFileSync('git', ['show', `HEAD:${FILE}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    } catch {
      return readFileSync(FILE, 'utf8');
    }
  };

  const unreleased = (): string => {
    const log = existsSync('CHANGELOG.md') ? readFileSync('CHANGELOG.md', 'utf8') : '';
    return /^## \[?Unreleased\]?.*?$([\s\S]*?)(?=^## |(?![\s\S]))/mi.exec(log)?.[1] ?? '';
  };
});
