// SPDX-License-Identifier: AGPL-3.0-or-later
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { windows } from '../../features/results/api';
import { ResultsPage } from '../../features/results/results-page';
import { paths } from '../paths';

const route = getRouteApi('/shell/results');

export function ResultsRoute() {
  const search = route.useSearch();
  const navigate = useNavigate();
  return (
    <ResultsPage
      window={windows.find((w) => String(w) === search.window) ?? 30}
      onWindow={(window) => {
        const text = window === 60 ? '60' : window === 90 ? '90' : undefined;
        void navigate({ to: paths.results, search: { window: text }, replace: true });
      }}
    />
  );
}
