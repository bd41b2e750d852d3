// SPDX-License-Identifier: AGPL-3.0-or-later
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ClientsPage } from '../../features/clients/clients-page';
import { paths } from '../paths';

const route = getRouteApi('/shell/clients');

export function ClientsRoute() {
  const filter = route.useSearch();
  const navigate = useNavigate();
  return (
    <ClientsPage
      filter={filter}
      onFilter={(search) => void navigate({ to: paths.clients, search, replace: true })}
      onOpen={(id) => void navigate({ to: paths.client, params: { id }, search: {} })}
    />
  );
}
