//! The areas of a gateway, in groups of what belongs together: many are found by few steps.

export const GROUPS = {
  settings: ['settings'],
  check: ['status', 'ladder', 'tests', 'measure', 'logs'],
  record: ['watch', 'history', 'snapshots'],
  system: ['software', 'access', 'actions', 'profiles'],
} as const;

export type Group = keyof typeof GROUPS;
export type Area = (typeof GROUPS)[Group][number];

export const GROUP_NAMES = Object.keys(GROUPS) as Group[];
/** Every area, in the order of the groups. */
export const AREAS: readonly Area[] = GROUP_NAMES.flatMap((group) => [...GROUPS[group]]);

export function groupOf(area: Area): Group {
  return GROUP_NAMES.find((group) => (GROUPS[group] as readonly Area[]).includes(area)) ?? 'settings';
}

/** Which area is in front, and which was in each group. */
export class AreaChoice {
  current = $state<Area>('settings');
  private readonly last = new Map<Group, Area>();

  choose(area: Area): void {
    this.last.set(groupOf(area), area);
    this.current = area;
  }

  /** The area of a group that was in front last; at first its first one. */
  chooseGroup(group: Group): void {
    this.choose(this.last.get(group) ?? GROUPS[group][0]);
  }
}
