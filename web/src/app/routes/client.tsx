// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMediaQuery } from '@mantine/hooks';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ClientPage } from '../../features/clients/client-page';
import { paths } from '../paths';

const route = getRouteApi('/shell/clients/$id');

export function ClientRoute() {
  const { id } = route.useParams();
  const { range } = route.useSearch();
  const navigate = useNavigate();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  return (
    <ClientPage
      key={id}
      id={id}
      range={range ?? (phone ? '4' : '12')}
      onRange={(next) => void navigate({ to: paths.client, params: { id }, search: { range: next }, replace: true })}
    />
  );
}
