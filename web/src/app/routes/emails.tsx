// SPDX-License-Identifier: AGPL-3.0-or-later
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { EmailsPage } from '../../features/emails/emails-page';
import { paths } from '../paths';

const route = getRouteApi('/shell/emails');

export function EmailsRoute() {
  const { status } = route.useSearch();
  const navigate = useNavigate();
  return <EmailsPage status={status} onStatus={(next) => void navigate({ to: paths.emails, search: { status: next }, replace: true })} />;
}
