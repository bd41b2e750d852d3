// SPDX-License-Identifier: AGPL-3.0-or-later
// Theme, server state, notices and router, each made once. A lost session anywhere leads to the login page and back.
import { MantineProvider } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { createQueryClient } from '../api/query-client';
import { paths } from './paths';
import { createAppRouter } from './router';
import { resolver, theme } from './theme';

/** Query client and router know each other: the router reads the session, a lost session moves the router. */
function createApp() {
  const queryClient = createQueryClient(() => {
    const { location } = router.state;
    if (location.pathname === paths.login) return;
    void router.navigate({ to: paths.login, search: { next: location.href } });
  });
  const router = createAppRouter(queryClient);
  return { queryClient, router };
}

export function Providers({ nonce }: { nonce: string }) {
  const [app] = useState(createApp);
  const phone = useMediaQuery('(max-width: 48em)');
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolver} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={app.queryClient}>
        <Notifications position={phone ? 'top-center' : 'bottom-right'} containerWidth={326} limit={3} />
        <RouterProvider router={app.router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
