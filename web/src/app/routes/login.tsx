// SPDX-License-Identifier: AGPL-3.0-or-later
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { LoginForm } from '../../features/auth/login-form';
import { paths } from '../paths';

const route = getRouteApi(paths.login);

export function LoginRoute() {
  const { next } = route.useSearch();
  const router = useRouter();
  // only a path of this console: "//elsewhere" would leave it
  const target = next !== undefined && /^\/(?![/\\])/.test(next) ? next : paths.today;
  return (
    <LoginForm
      onDone={() => {
        router.history.push(target);
      }}
    />
  );
}
