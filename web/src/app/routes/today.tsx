// SPDX-License-Identifier: AGPL-3.0-or-later
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { TodayPage } from '../../features/today/today-page';
import { paths } from '../paths';

const route = getRouteApi('/shell/today');

export function TodayRoute() {
  const { id } = route.useSearch();
  const navigate = useNavigate();
  const select = useCallback((next: string | undefined) => void navigate({ to: paths.today, search: { id: next }, replace: id !== undefined }), [navigate, id]);
  return <TodayPage selected={id} onSelect={select} />;
}
