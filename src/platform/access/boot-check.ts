import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ACCESS_RULE, type AccessRule } from './can.decorator.js';

const ROOT = 'graphql:resolver_type';
const FIELD = 'graphql:resolve_property';

/** Refuses to boot when a resolver method has no access rule, or a mutation does not say what it does. */
@Injectable()
export class AccessBootCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    const faults = this.discovery.getProviders().flatMap(({ instance }) => (isObject(instance) ? this.#faultsOf(instance) : []));
    if (faults.length) throw new Error(`Resolvers without access rules:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }

  #faultsOf(instance: object): string[] {
    const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown> | null;
    if (!prototype) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method = prototype[name]!;
      const root = Reflect.getMetadata(ROOT, method) as string | undefined;
      if (root === undefined && Reflect.getMetadata(FIELD, method) === undefined) return [];
      const rule = Reflect.getMetadata(ACCESS_RULE, method) as AccessRule | undefined;
      const place = `${instance.constructor.name}.${name}`;
      if (!rule) return [`${place} has neither @Can nor @Public`];
      return root === 'Mutation' && rule.action === 'VIEWED' ? [`${place} is a mutation that does not name its action`] : [];
    });
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
