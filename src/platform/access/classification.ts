import 'reflect-metadata';
import type { Permission, SelfPermission } from './permissions.js';

type Demanded = ReadonlyArray<Permission | SelfPermission | 'public'>;

/** What a field can hold, and which permissions open it: one of them must be demanded on every way to the field. */
export const dataClasses = {
  /** Ids, versions, cursors and the like; says nothing of anybody. */
  technical: undefined,
  /** About the practice as a whole, for all who work there. */
  practice: ['self:read', 'self:manage', 'practice:manage', 'chambers:manage', 'members:manage', 'roles:manage', 'security:manage', 'finances:manage', 'public'],
  /** About the person who asks. */
  own: ['self:read', 'self:manage', 'self:enrol', 'public'],
  /** About those who work in the practice. */
  staff: ['self:read', 'members:manage', 'roles:manage', 'prescriptions:sign'],
  /** Lets its holder in. */
  credential: ['public', 'self:manage', 'self:enrol', 'members:manage'],
  /** The address of a page that whoever holds it may open. */
  link: ['appointments:read', 'appointments:manage', 'chambers:manage', 'self:manage'],
  /** Who a patient is. */
  patient: ['patients:read', 'patients:register', 'patients:edit', 'patients:edit-clinical', 'patients:archive', 'patients:merge', 'patients:import', 'patients:export'],
  /** What a patient has. */
  clinical: ['patients:read-clinical'],
  /** What was prescribed to a patient. */
  prescription: ['prescriptions:read'],
  /** What somebody keeps to prescribe it again; of no patient. */
  template: ['prescriptions:write'],
  /** When and where patients are seen, and by whom; not which patients. */
  schedule: ['appointments:read', 'appointments:manage', 'chambers:manage'],
  /** When patients are seen and about how full it is, for whoever books online. */
  offer: ['public'],
  /** Who has an appointment, and how far it has come. */
  appointment: ['appointments:read', 'appointments:manage'],
  /** What was billed to one patient and what they paid. */
  billing: ['payments:take', 'finances:read', 'finances:manage'],
  /** What the practice, its chambers or its doctors earn, spend and owe. */
  books: ['finances:read', 'finances:manage'],
  /** What a doctor earns: for whoever reads the books, and for the doctor. */
  earnings: ['finances:read', 'finances:manage', 'self:read'],
  /** What somebody should look at, and what is looked for. */
  security: ['audit:read', 'security:manage'],
  /** What was done by whom. */
  trail: ['audit:read', 'audit:export'],
} satisfies Record<string, Demanded | undefined>;

export type DataClass = keyof typeof dataClasses;

const DATA_CLASS = 'sinduk:data-class';

/** Says what the fields of an object type hold, or one field of it, or what a field resolver gives. The server does not start while a field lacks this. */
export const Classified = (dataClass: DataClass) => (target: object, property?: string | symbol): void => {
  if (property === undefined) Reflect.defineMetadata(DATA_CLASS, dataClass, target);
  else Reflect.defineMetadata(DATA_CLASS, dataClass, target, property);
};

/** The class of a field: its own, or else its type's. */
export const dataClassOf = (type: { prototype: object }, property: string): DataClass | undefined =>
  (Reflect.getMetadata(DATA_CLASS, type.prototype, property) ?? Reflect.getMetadata(DATA_CLASS, type)) as DataClass | undefined;

/** The class of a whole type. */
export const dataClassOfType = (type: object): DataClass | undefined => Reflect.getMetadata(DATA_CLASS, type) as DataClass | undefined;
