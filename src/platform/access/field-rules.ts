import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { TypeMetadataStorage } from '@nestjs/graphql';
import { type GraphQLSchema, getNamedType, isAbstractType, isObjectType } from 'graphql';
import { ACCESS_RULE, type AccessRule } from './can.decorator.js';
import { type DataClass, dataClassOf, dataClasses } from './classification.js';

const RESOLVER_TYPE = 'graphql:resolver_type';
const RESOLVER_NAME = 'graphql:resolver_name';
const RESOLVE_FIELD = 'graphql:resolve_property';

/** A method that answers a field of the schema. */
interface FieldMethod {
  /** As `Type.field`. */
  field: string;
  root: boolean;
  rule: AccessRule | undefined;
  dataClass: DataClass | undefined;
}

/** Every method of the running server that answers a root field or a field of an object type. */
export function fieldMethods(discovery: DiscoveryService, scanner: MetadataScanner): FieldMethod[] {
  return discovery.getProviders().flatMap(({ instance }) => {
    const resolver = instance as object | null | undefined;
    if (typeof resolver !== 'object' || resolver === null) return [];
    const prototype = Object.getPrototypeOf(resolver) as Record<string, object> | null;
    if (!prototype) return [];
    return scanner.getAllMethodNames(prototype).flatMap((name): FieldMethod[] => {
      const method = prototype[name]!;
      const root = Reflect.getMetadata(RESOLVER_TYPE, method) as string | undefined;
      if (root === undefined && Reflect.getMetadata(RESOLVE_FIELD, method) === undefined) return [];
      const parent = root ?? (Reflect.getMetadata(RESOLVER_NAME, resolver.constructor) as string);
      return [{
        field: `${parent}.${(Reflect.getMetadata(RESOLVER_NAME, method) as string | undefined) ?? name}`,
        root: root !== undefined,
        rule: Reflect.getMetadata(ACCESS_RULE, method) as AccessRule | undefined,
        dataClass: dataClassOf(resolver.constructor, name),
      }];
    });
  });
}

/** The class of every field of every object type, as `Type.field`; undefined where nobody said. */
export function fieldClasses(schema: GraphQLSchema, methods: readonly FieldMethod[]): Map<string, DataClass | undefined> {
  const byMethod = new Map(methods.filter(({ root }) => !root).map(({ field, dataClass }) => [field, dataClass]));
  const models = [...TypeMetadataStorage.getObjectTypesMetadata(), ...TypeMetadataStorage.getInterfacesMetadata()];
  const roots = rootNames(schema);
  const classes = new Map<string, DataClass | undefined>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || roots.has(type.name)) continue;
    const model = models.find(({ name, isAbstract }) => name === type.name && !isAbstract)?.target as Model | undefined;
    const properties = model ? models.filter(({ target }) => isOrInherits(model, target as Model)).flatMap((one) => one.properties ?? []) : [];
    for (const name of Object.keys(type.getFields())) {
      const field = `${type.name}.${name}`;
      const property = properties.find(({ schemaName }) => schemaName === name)?.name;
      const declared = model && property !== undefined ? dataClassOf(model, property) : undefined;
      // What a field resolver gives is seldom what the rest of its type holds: it says so itself.
      classes.set(field, byMethod.has(field) ? byMethod.get(field) : declared);
    }
  }
  return classes;
}

/** A way to a field of an object type: the permissions of the guards on it. */
export interface Way {
  field: string;
  permissions: ReadonlySet<string>;
}

/** The ways to every field, but those that a guard more lies on than on another: what that one may not open, they may not either. */
export function waysTo(schema: GraphQLSchema, rules: ReadonlyMap<string, AccessRule | undefined>): Way[] {
  const found: Way[] = [];
  const reached = new Map<string, ReadonlySet<string>[]>();
  const walk = (typeName: string, held: ReadonlySet<string>): void => {
    const before = reached.get(typeName) ?? [];
    if (before.some((fewer) => [...fewer].every((permission) => held.has(permission)))) return;
    reached.set(typeName, [...before, held]);
    const type = schema.getType(typeName);
    if (isAbstractType(type)) for (const possible of schema.getPossibleTypes(type)) walk(possible.name, held);
    if (!isObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      const rule = rules.get(`${typeName}.${field.name}`);
      const permissions = rule ? new Set([...held, 'permission' in rule ? rule.permission : 'public']) : held;
      found.push({ field: `${typeName}.${field.name}`, permissions });
      walk(getNamedType(field.type).name, permissions);
    }
  };
  for (const root of rootNames(schema)) walk(root, new Set());
  return found;
}

/** What is wrong with the fields of a schema: those without a class, and the ways on which no guard demands what the class does. */
export function fieldFaults(schema: GraphQLSchema, methods: readonly FieldMethod[]): string[] {
  const classes = fieldClasses(schema, methods);
  const unclassified = [...classes].filter(([, dataClass]) => dataClass === undefined).map(([field]) => `${field} has no @Classified`);
  const rules = new Map(methods.map(({ field, rule }) => [field, rule]));
  const open = waysTo(schema, rules).flatMap(({ field, permissions }) => {
    const dataClass = classes.get(field);
    const demanded: readonly string[] | undefined = dataClass && dataClasses[dataClass];
    if (!demanded || demanded.some((permission) => permissions.has(permission))) return [];
    return [`${field} is ${dataClass} and can be reached with no more than ${[...permissions].join(' ')}`];
  });
  return [...unclassified, ...open];
}

interface Model {
  prototype: object;
}

const isOrInherits = (model: Model, other: Model): boolean => model === other || Object.prototype.isPrototypeOf.call(other.prototype, model.prototype);

const rootNames = (schema: GraphQLSchema): ReadonlySet<string> =>
  new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) => (type ? [type.name] : [])));
