// SPDX-License-Identifier: AGPL-3.0-or-later
// The route tree. Pages are lazy; filters and selections are typed search parameters, so each view has an address. The
// shell route needs a session and sends everyone else to the login page.
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { zBand, zConsentStatus, zEmailStatus } from '../api/gen/zod.gen';
import { Problem } from '../api/problem';
import { sessionQuery } from '../features/auth/api';
import { paths } from './paths';
import { FatalPage, NotFoundPage } from './fallback-pages';
import { Shell } from './shell';

/** A search field that is left out when it is missing or wrong, so that an odd link still opens. */
const optional = <T extends z.core.SomeType>(schema: T) => z.catch(z.optional(schema), undefined);

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({ notFoundComponent: NotFoundPage });

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: paths.login,
  validateSearch: z.object({ next: optional(z.string()) }),
  component: lazyRouteComponent(() => import('./routes/login'), 'LoginRoute'),
});

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.query({ ...sessionQuery, staleTime: 'static' });
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's own way to redirect
        throw redirect({ to: paths.login, search: { next: location.href } });
      }
      throw error;
    }
  },
  component: Shell,
  errorComponent: FatalPage,
});

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's own way to redirect
    throw redirect({ to: paths.today, search: {} });
  },
});

const todayRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: paths.today,
  validateSearch: z.object({ id: optional(z.string()) }),
  component: lazyRouteComponent(() => import('./routes/today'), 'TodayRoute'),
});

const clientsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: paths.clients,
  validateSearch: z.object({ q: optional(z.string()), band: optional(zBand), status: optional(zConsentStatus) }),
  component: lazyRouteComponent(() => import('./routes/clients'), 'ClientsRoute'),
});

const clientRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: paths.client,
  validateSearch: z.object({ range: optional(z.enum(['4', '12', '24'])) }),
  component: lazyRouteComponent(() => import('./routes/client'), 'ClientRoute'),
});

const emailsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: paths.emails,
  validateSearch: z.object({ status: optional(zEmailStatus) }),
  component: lazyRouteComponent(() => import('./routes/emails'), 'EmailsRoute'),
});

const emailRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: paths.email,
  component: lazyRouteComponent(() => import('./routes/email'), 'EmailRoute'),
});

const resultsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: paths.results,
  validateSearch: z.object({ window: optional(z.enum(['30', '60', '90'])) }),
  component: lazyRouteComponent(() => import('./routes/results'), 'ResultsRoute'),
});

const pipelineRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: paths.pipeline,
  component: lazyRouteComponent(() => import('./routes/pipeline'), 'PipelineRoute'),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: paths.settings,
  validateSearch: z.object({ tab: optional(z.enum(['policy', 'voice', 'offer', 'tuning', 'people', 'keys', 'backlog', 'sending', 'audit', 'clock'])) }),
  component: lazyRouteComponent(() => import('./routes/settings'), 'SettingsRoute'),
});

const routeTree = rootRoute.addChildren([
  indexRoute,
  loginRoute,
  shellRoute.addChildren([todayRoute, clientsRoute, clientRoute, emailsRoute, emailRoute, resultsRoute, pipelineRoute, settingsRoute]),
]);

/** Search text to plain strings: "id=42" stays the text 42, as ids are text. */
function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (typeof value === 'string' && value !== '') params.set(name, value);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** @param queryClient where the session is read from */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultErrorComponent: FatalPage,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
