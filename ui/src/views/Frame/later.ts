//! Parts of the window that are fetched when they are first wanted: it begins with what it needs.

export const later = {
  aboutDialog: () => import('../About/AboutDialog.svelte'),
  changeDialog: () => import('../Access/ChangeDialog.svelte'),
  doctorDialog: () => import('../Neighbours/DoctorDialog.svelte'),
  identityDialog: () => import('../Identity/IdentityDialog.svelte'),
  keyOverlay: () => import('./KeyOverlay.svelte'),
  keySettings: () => import('./KeySettings.svelte'),
  resetDialog: () => import('../Restart/ResetDialog.svelte'),
  restartDialog: () => import('../Restart/RestartDialog.svelte'),
  secretsDialog: () => import('../Secrets/SecretsDialog.svelte'),
  settingsDialog: () => import('./SettingsDialog.svelte'),
  setupPath: () => import('../Setup/SetupPath.svelte'),
  recipesPage: () => import('../Recipes/RecipesPage.svelte'),
  reportPage: () => import('../Report/ReportPage.svelte'),
  tracePage: () => import('../Trace/TracePage.svelte'),
  accessColumn: () => import('../Access/AccessColumn.svelte'),
  actionsColumn: () => import('../Actions/ActionsColumn.svelte'),
  unmanagedPage: () => import('./UnmanagedPage.svelte'),
  changedFace: () => import('../Introduce/ChangedFace.svelte'),
  gridColumn: () => import('../Grid/GridColumn.svelte'),
};
