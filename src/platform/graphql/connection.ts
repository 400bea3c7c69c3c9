import { type Type } from '@nestjs/common';
import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Classified, dataClassOfType } from '../access/classification.js';
import { badInput } from '../errors.js';
import { limits } from './limits.js';

@ObjectType({ description: 'Where a page stands in its list (Relay cursor connections).' })
@Classified('technical')
export class PageInfo {
  @Field({ description: 'Whether more follows `endCursor`.' })
  hasNextPage: boolean;

  @Field({ description: 'Whether `after` was given.' })
  hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge.' })
  startCursor: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last edge; pass it as `after` for the next page.' })
  endCursor: string | null;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: `How many, 1 to ${limits.pageSize}.` })
  @IsInt()
  @Min(1)
  @Max(limits.pageSize)
  first: number = 20;

  @Field(() => String, { nullable: true, description: 'Only what follows this cursor.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  after?: string | null;
}

/** A page of nodes. `totalCount` is a getter, so that it is counted only when asked for. */
export interface Page<T> {
  edges: Array<{ cursor: string; node: T }>;
  pageInfo: PageInfo;
  readonly totalCount: Promise<number>;
}

/** The Relay connection type of a node type, named after it. */
export function ConnectionOf<T>(node: Type<T>, name: string, totalCount = 'How many there are in all; counted only when asked for.'): Type<Page<T>> {
  @ObjectType(`${name}Edge`, { description: `A ${name} and its place in the list.` })
  @Classified('technical')
  class Edge {
    @Field({ description: 'Opaque; stable while the record exists.' })
    cursor: string;

    @Field(() => node, { description: 'The record.' })
    node: T;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${name} records.` })
  @Classified('technical')
  class Connection {
    @Field(() => [Edge], { description: 'The records of this page, in the order of the list.' })
    edges: Edge[];

    @Field(() => PageInfo, { description: 'Where this page stands.' })
    pageInfo: PageInfo;

    @Field(() => Int, { description: totalCount })
    @Classified(dataClassOfType(node) ?? unclassified(name))
    readonly totalCount: Promise<number>;
  }
  return Connection;
}

function unclassified(name: string): never {
  throw new Error(`${name} has no @Classified`);
}

const CURSOR = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id that a cursor stands for; refuses what no page ever gave out. */
export const idOfCursor = (after: string | null | undefined): string | null => placeOfCursor(after, CURSOR)?.[0] ?? null;

/** The place that a cursor stands for, as its pattern tells it apart; refuses what no page ever gave out. */
export function placeOfCursor(after: string | null | undefined, pattern: RegExp): RegExpExecArray | null {
  if (!after) return null;
  const place = pattern.exec(Buffer.from(after, 'base64url').toString('latin1'));
  if (!place) throw badInput([{ path: ['after'], reason: 'NOT_A_CURSOR' }]);
  return place;
}

/** The cursor of a place in a list. */
export const cursorOf = (place: string): string => Buffer.from(place, 'latin1').toString('base64url');

/** A page out of `first + 1` nodes in list order: the extra one only tells that more follows. `placeOf` names a node's place in the list, its id unless told. */
export function pageOf<T extends { id: string }>(nodes: T[], args: PageArgs, totalCount: () => Promise<number>, placeOf = ({ id }: T): string => id): Page<T> {
  const edges = nodes.slice(0, args.first).map((node) => ({ cursor: cursorOf(placeOf(node)), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: nodes.length > args.first,
      hasPreviousPage: Boolean(args.after),
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    get totalCount() {
      return totalCount();
    },
  };
}
