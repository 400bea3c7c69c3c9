import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { type ValidationError, validate } from 'class-validator';
import { type InputFault, badInput } from '../errors.js';
import type { FaultReason } from '../fault-reasons.js';
import { hasTooManyMarks } from '../plain-text.js';

const primitives: ReadonlySet<unknown> = new Set([String, Number, Boolean, Array, Object, undefined]);

/** Refuses text that no database column can hold or that takes long to normalise, and input that breaks its class's rules, naming each field. */
@Injectable()
export class InputPipe implements PipeTransform {
  async transform(value: unknown, { type, metatype, data }: ArgumentMetadata): Promise<unknown> {
    if (type === 'custom') return value;
    const root = data ? [data] : [];
    const unusable = unusableText(value, root);
    if (unusable.length) throw badInput(unusable);
    if (primitives.has(metatype) || value === null || typeof value !== 'object') return value;
    const instance = plainToInstance(metatype as ClassConstructor<object>, value);
    // GraphQL itself has refused unknown fields already.
    const errors = await validate(instance, { forbidUnknownValues: false });
    if (errors.length) throw badInput(errors.flatMap((error) => faultsOf(error, root)));
    return instance;
  }
}

const unusableText = (value: unknown, path: string[]): InputFault[] => {
  if (typeof value === 'string') {
    if (value.includes('\0')) return [{ path, reason: 'NUL_CHARACTER' }];
    if (/\p{Surrogate}/u.test(value)) return [{ path, reason: 'LONE_SURROGATE' }];
    return hasTooManyMarks(value) ? [{ path, reason: 'TOO_MANY_MARKS' }] : [];
  }
  if (value === null || typeof value !== 'object' || value instanceof Date) return [];
  return Object.entries(value).flatMap(([key, child]) => unusableText(child, [...path, key]));
};

const faultsOf = (error: ValidationError, parent: string[]): InputFault[] => {
  const path = [...parent, error.property];
  const own = Object.keys(error.constraints ?? {}).map((name) => ({
    path,
    reason: reasonOf(name),
    ...paramsOf(error.contexts?.[name]),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, path))];
};

/** isUuid → IS_UUID: the validator's name, as a stable reason; a test holds those of all input classes against the list. */
export const reasonOf = (constraint: string): FaultReason => constraint.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase() as FaultReason;

const paramsOf = (context: unknown): { params?: Record<string, string | number> } =>
  context && typeof context === 'object' ? { params: context as Record<string, string | number> } : {};
