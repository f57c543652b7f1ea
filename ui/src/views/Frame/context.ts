//! How a view reaches the desk without every parent passing it on.
import { getContext, setContext } from 'svelte';
import type { Desk } from '../../stores/desk.svelte';

const KEY = Symbol('desk');

export function setDesk(desk: Desk): Desk {
  return setContext(KEY, desk);
}

export function useDesk(): Desk {
  return getContext<Desk>(KEY);
}
