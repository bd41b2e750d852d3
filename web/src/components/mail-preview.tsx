// SPDX-License-Identifier: AGPL-3.0-or-later
// The mail exactly as it will be sent, in a frame without script, forms or links that lead anywhere; or its text part.
// The frame takes the keyboard focus when clicked; it is given back, so that the keys of the page go on working.
import { ActionIcon, SegmentedControl } from '@mantine/core';
import { IconDeviceDesktop, IconDeviceMobile, IconMoon } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { Email } from '../api/gen';
import { emailReason } from '../lib/reasons';
import { EmptyState } from './empty-state';
import classes from './mail-preview.module.css';

export type PreviewPart = 'html' | 'text';

export interface PreviewLook {
  part: PreviewPart;
  narrow: boolean;
  dark: boolean;
}

export const defaultLook: PreviewLook = { part: 'html', narrow: false, dark: false };

export function PreviewControls({ look, onChange, phone }: { look: PreviewLook; onChange: (look: PreviewLook) => void; phone: boolean }) {
  return (
    <div className={classes.controls}>
      <SegmentedControl
        size="xs"
        value={look.part}
        aria-label="Part of the mail"
        data={[
          { value: 'html', label: 'HTML' },
          { value: 'text', label: 'Text' },
        ]}
        onChange={(part) => {
          onChange({ ...look, part: part === 'text' ? 'text' : 'html' });
        }}
      />
      {!phone && (
        <>
          <ActionIcon
            variant={look.dark ? 'filled' : 'default'}
            size={30}
            aria-label="Show as in a dark mail app"
            aria-pressed={look.dark}
            onClick={() => {
              onChange({ ...look, dark: !look.dark });
            }}
          >
            <IconMoon size={15} />
          </ActionIcon>
          <SegmentedControl
            size="xs"
            value={look.narrow ? 'phone' : 'desktop'}
            aria-label="Width of the preview"
            data={[
              { value: 'desktop', label: <IconDeviceDesktop size={15} role="img" aria-label="Desktop" /> },
              { value: 'phone', label: <IconDeviceMobile size={15} role="img" aria-label="Phone" /> },
            ]}
            onChange={(width) => {
              onChange({ ...look, narrow: width === 'phone' });
            }}
          />
        </>
      )}
    </div>
  );
}

export function MailPreview({ email, look }: { email: Email; look: PreviewLook }) {
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const giveBack = () => {
      setTimeout(() => {
        if (frame.current === null || document.activeElement !== frame.current) return;
        frame.current.blur();
        window.focus();
      });
    };
    window.addEventListener('blur', giveBack);
    return () => {
      window.removeEventListener('blur', giveBack);
    };
  }, []);

  if (email.html_url === null) {
    return (
      <div className={classes.paper}>
        <EmptyState title="There is no text yet.">{email.status === 'drafting' ? (emailReason(email) ?? 'It is being written; this page shows it when it is there.') : emailReason(email)}</EmptyState>
      </div>
    );
  }
  return (
    <div className={classes.paper}>
      {look.part === 'text' ? (
        <pre className={classes.text} data-narrow={look.narrow || undefined} tabIndex={0} aria-label="Text part">
          {email.text}
        </pre>
      ) : (
        <iframe
          ref={frame}
          key={email.content_hash}
          className={classes.frame}
          data-narrow={look.narrow || undefined}
          data-dark={look.dark || undefined}
          src={email.html_url}
          sandbox=""
          tabIndex={-1}
          title={`Preview of “${email.subject ?? ''}”`}
          referrerPolicy="no-referrer"
        />
      )}
    </div>
  );
}
