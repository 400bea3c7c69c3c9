import { v5 as uuidv5 } from 'uuid';
import type { DrugForm } from './drug-form.model.js';

/** The namespace of the ids of products of national lists; it never changes. */
const NAMESPACE = 'a9f3f8de-52d1-4bb5-93d0-9c0c0f5fd0a1';

/** What makes a product of a national list the one that it is. */
export interface ProductIdentity {
  country: string;
  brand: string;
  form: DrugForm;
  strength: string;
  maker: string | null;
}

/** The id of a product (UUIDv5, RFC 9562), made of what it is: the same in every list, whatever the case of its letters. */
export const productId = ({ country, brand, form, strength, maker }: ProductIdentity): string =>
  uuidv5(JSON.stringify([country, brand, form, strength, maker ?? ''].map((part) => part.normalize('NFC').toLowerCase())), NAMESPACE);
