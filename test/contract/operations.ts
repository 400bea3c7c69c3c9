import { randomInt, randomUUID } from 'node:crypto';
import {
  type GraphQLArgument, type GraphQLField, type GraphQLInputField, type GraphQLInputType, type GraphQLSchema,
  getNamedType, isEnumType, isInputObjectType, isLeafType, isListType, isNonNullType,
} from 'graphql';

type Input = GraphQLArgument | GraphQLInputField;

/** A place in the arguments of a root field: the names on the way down, lists being entered by their first element. */
export type Place = readonly string[];

/** A root field that can be called. */
export interface RootField {
  /** As `Query.patient`. */
  name: string;
  kind: 'query' | 'mutation' | 'subscription';
  field: GraphQLField<unknown, unknown>;
}

/** Every root field of the schema. */
export const rootFields = (schema: GraphQLSchema): RootField[] =>
  (['query', 'mutation', 'subscription'] as const).flatMap((kind) => {
    const type = { query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() }[kind];
    return Object.values(type?.getFields() ?? {}).map((field) => ({ name: `${type!.name}.${field.name}`, kind, field }));
  });

/** Words by which a likely value is told from a name; the first that fits counts. */
const likely: Array<[RegExp, () => unknown]> = [
  [/^email$/i, () => `invented.${randomUUID()}@nobody.example`],
  [/password/i, () => 'a password that nobody has chosen'],
  [/timeZone/i, () => 'Asia/Dubai'],
  [/receiptPrefix/i, () => randomUUID().slice(0, 8).toUpperCase()],
  [/^permission$/i, () => 'payments:take'],
  [/^(number|phone)$/i, () => `01100${randomInt(100_000, 999_999)}`],
  [/phoneLastFour/i, () => '3456'],
  [/^value$/i, () => String(randomInt(1_000_000_000, 9_999_999_999))],
  [/^mrn$/i, () => 'P-000999'],
  [/^ip$/i, () => '203.0.113.7'],
  [/^date$/i, () => '1990-07-21'],
  [/^fileName$/, () => 'report.pdf'],
  [/^country$/i, () => 'BD'],
  [/^after$/i, () => Buffer.from(randomUUID()).toString('base64url')],
];

const scalars: Record<string, (name: string) => unknown> = {
  String: (name) => (likely.find(([pattern]) => pattern.test(name))?.[1] ?? (() => 'Amena'))(),
  Int: (name) => (/year$/i.test(name) ? 1971 : 1),
  Float: () => 1,
  Boolean: () => false,
  ID: () => randomUUID(),
  UUID: () => randomUUID(),
  DateTime: () => new Date().toISOString(),
  LocalDate: () => '2031-03-01',
  Decimal: () => '37',
  MinorUnits: () => 100,
};

const childrenOf = (type: GraphQLInputType): Input[] => {
  const named = getNamedType(type);
  return isInputObjectType(named) ? Object.values(named.getFields()) : [];
};

const isRequired = (input: Input): boolean => isNonNullType(input.type) && input.defaultValue === undefined;

/** A value for an input: what is required, and what lies on the way to `place`, where `put` goes. Without a place, only what is required. */
function valueOf(input: Input, place: Place | undefined, put: unknown): unknown {
  const build = (type: GraphQLInputType): unknown => {
    if (isNonNullType(type)) return build(type.ofType);
    if (isListType(type)) return [build(type.ofType)];
    if (isLeafType(type) && place?.length === 0) return put;
    if (isEnumType(type)) return type.getValues()[0]!.name;
    if (isInputObjectType(type)) return objectOf(Object.values(type.getFields()), place, put);
    const scalar = scalars[type.name];
    if (!scalar) throw new Error(`no likely value is known for the scalar ${type.name}`);
    return scalar(input.name);
  };
  return build(input.type);
}

function objectOf(inputs: readonly Input[], place: Place | undefined, put: unknown): Record<string, unknown> {
  const [next, ...rest] = place ?? [];
  return Object.fromEntries(inputs.filter((input) => isRequired(input) || input.name === next)
    .map((input) => [input.name, valueOf(input, input.name === next ? rest : undefined, put)]));
}

/** Every place in a root field's arguments whose type has this name. */
export function placesOf({ field }: RootField, typeName: string): Place[] {
  const places: Place[] = [];
  const walk = (inputs: readonly Input[], way: Place, seen: ReadonlySet<string>): void => {
    for (const input of inputs) {
      const here = [...way, input.name];
      const { name } = getNamedType(input.type);
      if (name === typeName) places.push(here);
      if (!seen.has(name)) walk(childrenOf(input.type), here, new Set([...seen, name]));
    }
  };
  walk(field.args, [], new Set());
  return places;
}

/** A request that calls a root field with likely values for what is required, and `put` at `place`. It asks for no field of the answer. */
export function operationOf({ kind, field }: RootField, place?: Place, put?: unknown): { query: string; variables: Record<string, unknown> } {
  const variables = objectOf(field.args, place, put);
  const used = field.args.filter(({ name }) => name in variables);
  const declared = used.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = used.map(({ name }) => `${name}: $${name}`).join(', ');
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  return { query: `${kind}${declared && ` (${declared})`} { ${field.name}${passed && `(${passed})`}${selection} }`, variables };
}
