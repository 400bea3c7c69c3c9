import { Injectable, type OnApplicationBootstrap, type OnModuleInit, RequestMethod } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { ACCESS_RULE, type AccessRule } from './can.decorator.js';
import { fieldFaults, fieldMethods } from './field-rules.js';

const ROOT = 'graphql:resolver_type';
const FIELD = 'graphql:resolve_property';
const ROUTE = 'method';
const reading: ReadonlySet<RequestMethod> = new Set([RequestMethod.GET, RequestMethod.HEAD]);

/** Refuses to boot when a resolver method or an HTTP route has no access rule, or one that changes something does not say what it does. */
@Injectable()
export class AccessBootCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    const faults = [...this.discovery.getProviders(), ...this.discovery.getControllers()]
      .flatMap(({ instance }) => (isObject(instance) ? this.#faultsOf(instance) : []));
    refuse('Resolvers or routes without access rules', faults);
  }

  #faultsOf(instance: object): string[] {
    const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown> | null;
    if (!prototype) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method = prototype[name]!;
      const root = Reflect.getMetadata(ROOT, method) as string | undefined;
      const route = Reflect.getMetadata(ROUTE, method) as RequestMethod | undefined;
      if ((root ?? route ?? Reflect.getMetadata(FIELD, method)) === undefined) return [];
      const rule = Reflect.getMetadata(ACCESS_RULE, method) as AccessRule | undefined;
      const place = `${instance.constructor.name}.${name}`;
      if (!rule) return [`${place} has neither @Can nor @Public`];
      const changes = root === 'Mutation' || (route !== undefined && !reading.has(route));
      return changes && rule.action === 'VIEWED' ? [`${place} changes something and does not name its action`] : [];
    });
  }
}

/** Refuses to boot when a field of the schema has no class, or can be reached past the permissions that its class demands. */
@Injectable()
export class FieldBootCheck implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly host: GraphQLSchemaHost,
  ) {}

  onApplicationBootstrap(): void {
    refuse('Fields without protection', fieldFaults(this.host.schema, fieldMethods(this.discovery, this.scanner)));
  }
}

function refuse(what: string, faults: string[]): void {
  if (faults.length) throw new Error(`${what}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
