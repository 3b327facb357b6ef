import type { Page } from '../wire/api.ts';
import { cursorOf } from './query.ts';

/** A page of a list that is computed whole: so many items from a place on. */
export const pageOf = <Item>(items: readonly Item[], limit: number, from: number): Page<Item> => ({
  items: items.slice(from, from + limit),
  next: cursorOf(items.length > from + limit ? String(from + limit) : null),
});
