import { buildSchema, GraphQLError, parse, type OperationDefinitionNode } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { coercionFault } from './coercion-fault.js';

const schema = buildSchema(`
  enum Colour { RED }
  input Part { name: String!, size: Int, colour: Colour }
  input Thing { name: String, parts: [Part!] }
  type Query { look(thing: Thing!): Int }
`);
const { definitions } = parse('query ($thing: Thing!) { look(thing: $thing) }');

const messagesOf = (variables: Record<string, unknown>): string[] => {
  const { errors = [] } = getVariableValues(schema, (definitions[0] as OperationDefinitionNode).variableDefinitions!, variables);
  return (errors as GraphQLError[]).map(({ message }) => message);
};

describe('coercionFault', () => {
  it.each<[Record<string, unknown>, string]>([
    [{}, 'thing REQUIRED'],
    [{ thing: null }, 'thing REQUIRED'],
    [{ thing: 'secret' }, 'thing WRONG_TYPE'],
    [{ thing: { name: ['secret'] } }, 'thing.name WRONG_TYPE'],
    [{ thing: { secretField: 1 } }, 'thing.secretField UNKNOWN_FIELD'],
    [{ thing: { parts: [null] } }, 'thing.parts.0 REQUIRED'],
    [{ thing: { parts: [{}] } }, 'thing.parts.0.name REQUIRED'],
    [{ thing: { parts: [{ name: 'a', size: 'secret' }] } }, 'thing.parts.0.size WRONG_TYPE'],
    [{ thing: { parts: [{ name: 'a' }, { name: 'a', colour: 'secret' }] } }, 'thing.parts.1.colour WRONG_TYPE'],
  ])('reads of %j: %s', (variables, expected) => {
    const [first] = messagesOf(variables);
    const { message, fault } = coercionFault(first!)!;
    expect(`${fault.path.join('.')} ${fault.reason}`).toBe(expected);
    expect(message).not.toMatch(/secret(?!Field)/);
  });

  it('is not fooled into quoting the value', () => {
    const [message] = messagesOf({ thing: { parts: [{ name: 'a', size: '; Field "x" at "thing.secret"; ' }] } });
    expect(coercionFault(message!)!.message).not.toContain('Field');
  });

  it('leaves other messages alone', () => {
    expect(coercionFault('Something else')).toBeUndefined();
  });
});
