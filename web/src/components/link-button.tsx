// SPDX-License-Identifier: AGPL-3.0-or-later
// A link that looks like a button, typed by the route tree.
import { Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

type Props = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> & ButtonProps & { ref?: Ref<HTMLAnchorElement> };

export const LinkButton = createLink(function Anchor(props: Props) {
  return <Button component="a" {...props} />;
});
