import 'reflect-metadata';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { GraphQLSchema } from 'graphql';
import { ACCESS_RULE, type AccessRule } from '../../src/platform/access/can.decorator.js';
import { fieldMethods } from '../../src/platform/access/field-rules.js';
import type { World } from '../support/world.js';

/** The schema that the server answers by. */
export const schemaOf = (world: World): GraphQLSchema => world.app.get(GraphQLSchemaHost, { strict: false }).schema;

const metadata = <T>(key: string, target: object): T | undefined => Reflect.getMetadata(key, target) as T | undefined;

const methodsOf = (instance: object): Array<[string, object]> => {
  const prototype = Object.getPrototypeOf(instance) as Record<string, object> | null;
  if (!prototype) return [];
  return new MetadataScanner().getAllMethodNames(prototype).map((name) => [name, prototype[name]!]);
};

/** Every method of the running server that answers a field. */
export const methodsOfFields = (world: World) =>
  fieldMethods(world.app.get(DiscoveryService, { strict: false }), new MetadataScanner());

/** The access rule of every root field and field resolver, as `Type.field`, as the running server has them. */
export const accessRules = (world: World): Map<string, AccessRule> => new Map(methodsOfFields(world).map(({ field, rule }) => [field, rule!]));

/** The access rule of every HTTP route beside GraphQL. */
export function routeRules(world: World): Map<string, AccessRule | undefined> {
  const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'ALL', 'OPTIONS', 'HEAD'];
  const rules = new Map<string, AccessRule | undefined>();
  for (const { instance } of world.app.get(DiscoveryService, { strict: false }).getControllers()) {
    const prefix = metadata<string>('path', (instance as object).constructor) ?? '';
    for (const [, method] of methodsOf(instance as object)) {
      const path = metadata<string>('path', method);
      if (path === undefined) continue;
      const url = `/${prefix}/${path}`.replace(/\/+/g, '/');
      rules.set(`${methods[metadata<number>('method', method) ?? 0]} ${url}`, metadata<AccessRule>(ACCESS_RULE, method));
    }
  }
  return rules;
}

/** A rule in a few words. */
export const inWords = (rule: AccessRule | undefined): string =>
  !rule ? 'NO RULE' : 'permission' in rule ? `${rule.permission}  ${rule.action}${rule.stepUp ? '  step-up' : ''}` : `public: ${rule.publicBecause}  ${rule.action}`;
