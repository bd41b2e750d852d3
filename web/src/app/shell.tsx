// SPDX-License-Identifier: AGPL-3.0-or-later
// The frame of every page: navigation, who is signed in, the live state, the banners. It keeps the session for the pages
// and turns live events into fresh reads.
import { ActionIcon, AppShell, Burger, Group, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { IconActivity, IconChartHistogram, IconFlame, IconInbox, IconLogout, IconMail, IconMoon, IconSettings, IconSun, IconUsers } from '@tabler/icons-react';
import { useEffect } from 'react';
import { sessionQuery, useLogOut } from '../features/auth/api';
import { dashboardQuery } from '../features/today/api';
import type { LiveState } from '../lib/live';
import { SessionContext } from '../lib/session';
import { Banners } from './banners';
import { useLiveReads } from './live-reads';
import { paths } from './paths';
import classes from './shell.module.css';

const pages = [
  { to: paths.today, label: 'Today', icon: IconInbox },
  { to: paths.clients, label: 'Clients', icon: IconUsers },
  { to: paths.emails, label: 'Emails', icon: IconMail },
  { to: paths.results, label: 'Results', icon: IconChartHistogram },
  { to: paths.pipeline, label: 'Pipeline', icon: IconActivity },
  { to: paths.settings, label: 'Settings', icon: IconSettings },
] as const;

const liveLabel: Record<LiveState, string> = { connecting: 'Connecting', live: 'Live', lost: 'Reconnecting' };

function SchemeButton() {
  const scheme = useComputedColorScheme('light');
  const { setColorScheme } = useMantineColorScheme();
  const dark = scheme === 'dark';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={dark ? 'Use light colours' : 'Use dark colours'}
      onClick={() => {
        setColorScheme(dark ? 'light' : 'dark');
      }}
    >
      {dark ? <IconSun size={17} /> : <IconMoon size={17} />}
    </ActionIcon>
  );
}

function LogOutButton() {
  const logOut = useLogOut();
  const navigate = useNavigate();
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label="Sign out"
      onClick={() => {
        logOut.mutate(undefined, { onSettled: () => void navigate({ to: paths.login, search: {} }) });
      }}
    >
      <IconLogout size={17} />
    </ActionIcon>
  );
}

export function Shell() {
  const [open, menu] = useDisclosure();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { data: dashboard } = useQuery(dashboardQuery);
  const live = useLiveReads();
  const title = pages.find((p) => path.startsWith(p.to))?.label ?? 'Rekindle';
  const toReview = dashboard?.in_review ?? 0;

  useEffect(() => {
    document.title = title === 'Today' && toReview > 0 ? `(${String(toReview)}) Today · Rekindle` : `${title} · Rekindle`;
  }, [title, toReview]);

  return (
    <SessionContext value={session}>
      <a href="#content" className={classes.skip}>
        Skip to the content
      </a>
      <AppShell navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !open } }} header={{ height: { base: 48, sm: 0 } }} padding={0}>
        <AppShell.Header hiddenFrom="sm" className={classes.top}>
          <Group h="100%" px={12} gap={10} wrap="nowrap">
            <Burger opened={open} onClick={menu.toggle} size="sm" aria-label={open ? 'Close the menu' : 'Open the menu'} />
            <IconFlame size={18} className={classes.flame} aria-hidden />
            <b>{title}</b>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar className={classes.nav} aria-label="Main">
          <div className={classes.brand}>
            <IconFlame size={20} className={classes.flame} aria-hidden />
            Rekindle
            <span>{session.shop.name ?? 'Unnamed shop'}</span>
          </div>
          {pages.map(({ to, label, icon: Icon }) => (
            <Link key={to} to={to} className={classes.link} data-on={path.startsWith(to) || undefined} onClick={menu.close}>
              <Icon size={17} stroke={1.7} aria-hidden />
              {label}
              {to === paths.today && toReview > 0 && <em aria-label={`${String(toReview)} to review`}>{toReview}</em>}
            </Link>
          ))}
          <div className={classes.foot}>
            <div className={classes.live} data-state={live} role="status">
              <i aria-hidden />
              {liveLabel[live]}
            </div>
            <div className={classes.me}>
              <div>
                <b title={session.email}>{session.email}</b>
                <span>{session.role}</span>
              </div>
              <SchemeButton />
              <LogOutButton />
            </div>
          </div>
        </AppShell.Navbar>
        <AppShell.Main className={classes.main}>
          <Banners />
          <div id="content" className={classes.page} tabIndex={0}>
            <Outlet />
          </div>
        </AppShell.Main>
      </AppShell>
    </SessionContext>
  );
}
