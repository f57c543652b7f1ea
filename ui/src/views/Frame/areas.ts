//! Areas that are fetched when they are first looked at: the window starts with what it needs.
import type { Component } from 'svelte';
import type { Area } from '../../stores/areas.svelte';
import type { OpenGateway } from '../../stores/gateway.svelte';

/** What every such area is given. */
export interface AreaProps {
  gateway: OpenGateway;
  name: string;
  /** Where the gateway answers. */
  address: string | null;
}

type Fetch = () => Promise<{ default: Component<AreaProps> }>;

export const LATER: Partial<Record<Area, Fetch>> = {
  status: () => import('../Status/StatusColumn.svelte'),
  ladder: () => import('../Ladder/LadderColumn.svelte'),
  tests: () => import('../Tests/TestsColumn.svelte'),
  measure: () => import('../Measure/MeasureColumn.svelte'),
  logs: () => import('../Logs/LogsColumn.svelte'),
  watch: () => import('../Watch/WatchColumn.svelte'),
  history: () => import('../History/HistoryColumn.svelte'),
  snapshots: () => import('../Snapshots/SnapshotsColumn.svelte'),
  profiles: () => import('../Profiles/ProfilesColumn.svelte'),
  software: () => import('../Software/SoftwareColumn.svelte'),
};
