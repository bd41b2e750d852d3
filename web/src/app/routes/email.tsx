// SPDX-License-Identifier: AGPL-3.0-or-later
import { getRouteApi } from '@tanstack/react-router';
import { EmailPage } from '../../features/emails/email-page';

const route = getRouteApi('/shell/emails/$id');

export function EmailRoute() {
  const { id } = route.useParams();
  return <EmailPage key={id} id={id} />;
}
