// SPDX-License-Identifier: AGPL-3.0-or-later
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { SettingsPage } from '../../features/settings/settings-page';
import { paths } from '../paths';

const route = getRouteApi('/shell/settings');

export function SettingsRoute() {
  const { tab } = route.useSearch();
  const navigate = useNavigate();
  return <SettingsPage tab={tab ?? 'policy'} onTab={(next) => void navigate({ to: paths.settings, search: { tab: next }, replace: true })} />;
}
