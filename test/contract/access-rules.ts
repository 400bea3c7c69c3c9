import 'reflect-metadata';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { type GraphQLSchema, getNamedType, isObjectType } from 'graphql';
import { ACCESS_RULE, type AccessRule } from '../../src/platform/access/can.decorator.js';
import type { World } from '../support/world.js';

/** The schema that the server answers by. */
export const schemaOf = (world: World): GraphQLSchema => world.app.get(GraphQLSchemaHost, { strict: false }).schema;

const metadata = <T>(key: string, target: object): T | undefined => Reflect.getMetadata(key, target) as T | undefined;

const methodsOf = (instance: object): Array<[string, object]> => {
  const prototype = Object.getPrototypeOf(instance) as Record<string, object> | null;
  if (!prototype) return [];
  return new MetadataScanner().getAllMethodNames(prototype).map((name) => [name, prototype[name]!]);
};

/** The access rule of every root field and field resolver, as `Type.field`, as the running server has them. */
export function accessRules(world: World): Map<string, AccessRule> {
  const rules = new Map<string, AccessRule>();
  for (const { instance } of world.app.get(DiscoveryService, { strict: false }).getProviders()) {
    if (typeof instance !== 'object' || instance === null) continue;
    for (const [name, method] of methodsOf(instance as object)) {
      const root = metadata<string>('graphql:resolver_type', method);
      const isField = metadata<boolean>('graphql:resolve_property', method);
      if (!root && !isField) continue;
      const parent = root ?? metadata<string>('graphql:resolver_name', (instance as object).constructor);
      rules.set(`${parent}.${metadata<string>('graphql:resolver_name', method) ?? name}`, metadata<AccessRule>(ACCESS_RULE, method)!);
    }
  }
  return rules;
}

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
  !rule ? 'NO RULE' : 'permission' in rule ? `${rule.permission}  ${rule.action}` : `public: ${rule.publicBecause}  ${rule.action}`;

/** A field of an object type that can be asked for, with the permissions of the guards on the way to it. */
export interface Reachable {
  field: string;
  permissions: ReadonlySet<string>;
}

/** Every way to every field: `field` as `Type.field`, once for each set of permissions that opens a way to it. */
export function waysTo(schema: GraphQLSchema, rules: Map<string, AccessRule>): Reachable[] {
  const found: Reachable[] = [];
  const been = new Set<string>();
  const walk = (typeName: string, held: ReadonlySet<string>): void => {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      const name = `${typeName}.${field.name}`;
      const rule = rules.get(name);
      const permissions = new Set([...held, ...(rule ? ['permission' in rule ? rule.permission : 'public'] : [])]);
      const key = `${name} ${[...permissions].sort().join(' ')}`;
      if (been.has(key)) continue;
      been.add(key);
      found.push({ field: name, permissions });
      walk(getNamedType(field.type).name, permissions);
    }
  };
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) if (root) walk(root.name, new Set());
  return found;
}
